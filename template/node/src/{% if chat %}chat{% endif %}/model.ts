/** What a message is, what every store of messages can do, and what brings them to their rooms. */

import { z } from 'zod';
import { createId } from '../ids.ts';

/** What stands for the id of the message before the first one. */
export const NOTHING = '00000000-0000-0000-0000-000000000000';

/** A message in a room. */
export const Message = z.object({
  id: z.string(),
  room: z.string(),
  author: z.string(),
  text: z.string(),
  created_at: z.string(),
});
export type Message = z.output<typeof Message>;

/** A message that was added, and the id of the one before it in its room. */
export interface Added {
  message: Message;
  previous: string;
}

/** A store of messages: in a room the ids ascend in the order in which messages can be read. */
export interface Messages {
  /** Adds a message; its author may be known by an id. */
  add(room: string, author: string, text: string, authorId?: string | null): Promise<Added>;
  /** Returns the newest messages of a room, the oldest of them first. */
  latest(room: string, limit: number): Promise<Message[]>;
  /** Returns the first messages of a room whose ids are greater than this one. */
  after(room: string, id: string, limit: number): Promise<Message[]>;
}

/** Brings messages to those who are in their rooms, in the order of their ids. */
export interface Delivery {
  /** Begins to follow a room that a client of this process has entered. */
  follow(room: string): Promise<void>;
  /** Ends that, unless other clients of this process are there. */
  end(room: string): void;
  /** Brings a message that was added here. */
  bring(added: Added): void;
}

declare module '../app.ts' {
  interface App {
    messages: Messages;
  }
}

/** The bits of an id that count up: all but those that tell its version and variant. */
const LOW_BITS = 62n;
const MIDDLE_BITS = 12n;

/** Makes an id that is greater than the last one of its room, even where that is ahead of the clock. */
export function idAfter(last: string): { id: string; time: Date } {
  const made = createId();
  if (made.id > last) return made;
  const digits = last.replaceAll('-', '');
  const [high, middle, low] = [digits.slice(0, 12), digits.slice(13, 16), digits.slice(16)].map(
    (part) => BigInt(`0x${part}`),
  ) as [bigint, bigint, bigint];
  const count =
    (((high << MIDDLE_BITS) | middle) << LOW_BITS) + BigInt.asUintN(Number(LOW_BITS), low) + 1n;
  const time = count >> (LOW_BITS + MIDDLE_BITS);
  const rest = BigInt.asUintN(Number(MIDDLE_BITS), count >> LOW_BITS);
  const end = (2n << LOW_BITS) | BigInt.asUintN(Number(LOW_BITS), count);
  const hex = (value: bigint, length: number) => value.toString(16).padStart(length, '0');
  const id = `${hex(time, 12)}7${hex(rest, 3)}${hex(end, 16)}`;
  return {
    id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    time: new Date(Number(time)),
  };
}
