/** What the chat takes. */

import { z } from 'zod';
import { input, mustBe } from '../fields.ts';
import { isId } from '../ids.ts';
import { line } from '../text.ts';

const ROOM = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LONGEST_ROOM = 64;

const room = z
  .string({ error: mustBe('a string') })
  .refine((value) => value.length <= LONGEST_ROOM && ROOM.test(value), {
    error: 'This must be a name of lower-case letters, digits and single hyphens.',
  });

const messageId = z
  .string({ error: mustBe('a string') })
  .refine((value) => isId(value) && /^.{14}7.{4}[89ab]/.test(value), {
    error: 'This must be the id of a message.',
  });

/** Which room is joined, and the last message that is known of it. */
export const Join = input({ room, after: messageId.exactOptional() });

/** Which room is left. */
export const Leave = input({ room });

/** What is said, and where. */
export const Send = input({ room, text: line(1, 2000) });
