/** What the API takes and gives of notes. */

import { z } from 'zod';
import { component, input, integerParameter, parameter, text, time, uuid } from '../api/schemas.ts';
import { idIn } from './cursors.ts';

/** Unicode's White_Space, as a class of a regular expression. */
const SPACES = String.raw`\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const SPACE = new RegExp(String.raw`[\t\n\v\f\r ${SPACES}]`);

const title = text({
  least: 1,
  most: 200,
  pattern: String.raw`^[^\u0000]*[^\t\n\v\f\r \u0000${SPACES}][^\u0000]*$`,
  clean: trim,
});

const body = text({ most: 10_000, pattern: String.raw`^[^\u0000]*$` });

/** A note to be. */
export const NewNote = component('NewNote', input({ title, body: body.default('') }));

/** What may be changed of a note. */
export const NoteChanges = component(
  'NoteChanges',
  input({ title: title.exactOptional(), body: body.exactOptional() }),
);

/** A note as clients see it. */
export const Note = component(
  'Note',
  z.strictObject({
    id: uuid(),
    title: z.string().meta({ minLength: 1, maxLength: 200 }),
    body: z.string().meta({ maxLength: 10_000 }),
    author_id: uuid().nullable(),
    created_at: time(),
    updated_at: time(),
  }),
);

/** Some notes, and where the next ones begin. */
export const NotePage = component(
  'NotePage',
  z.strictObject({ items: z.array(Note), next_cursor: z.string().nullable() }),
);

/** Which notes are asked for. */
export const NoteQuery = z.object({
  limit: integerParameter(1, 100, 20),
  cursor: parameter()
    .transform((given, context) => {
      const id = idIn(given);
      if (id !== undefined) return id;
      context.issues.push({ code: 'custom', input: given, message: 'This cursor is not valid.' });
      return z.NEVER;
    })
    .optional(),
});

/** Takes the white space off both ends, as Unicode defines it. */
function trim(given: string): string {
  let start = 0;
  let end = given.length;
  while (start < end && SPACE.test(given.charAt(start))) start += 1;
  while (end > start && SPACE.test(given.charAt(end - 1))) end -= 1;
  return given.slice(start, end);
}
