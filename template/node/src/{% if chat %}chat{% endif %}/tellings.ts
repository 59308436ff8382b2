/** Telling who is in a room: not at every change but after a moment, and only what is news. */

import type { App } from '../app.ts';
import { byCodePoints } from '../fields.ts';

/** How long changes are gathered before they are told. */
const MOMENT_MS = 50;

/** Tells the clients of this process who is in a room. */
export type Tell = (room: string, members: string[]) => void;

/** Who is in which room. */
export interface Presence {
  /** Puts a socket into a room under a name. */
  enter(room: string, socket: string, name: string): Promise<void>;
  /** Takes it out again. */
  leave(room: string, socket: string): Promise<void>;
  /** The names in a room, each once, by code points. */
  members(room: string): Promise<string[]>;
  /** Fails where rooms cannot be reached for now. */
  check(): Promise<void>;
}

/** Gathers changes and tells them, given how the names in a room are found, and whether anybody here is in it. */
export function createTellings(
  app: App,
  find: (room: string) => Promise<string[]>,
  isFollowed: (room: string) => boolean,
  tell: Tell,
): {
  changed: (room: string) => void;
  forget: (room: string) => void;
  members: Presence['members'];
} {
  const planned = new Set<string>();
  const told = new Map<string, string>();
  const namesIn = async (room: string) => [...new Set(await find(room))].sort(byCodePoints);
  const members = async (room: string) => {
    const names = await namesIn(room);
    // Who is answered something else than the others were told has to be told what they are.
    if (JSON.stringify(names) !== told.get(room)) told.delete(room);
    return names;
  };
  const tellNow = async (room: string) => {
    planned.delete(room);
    const names = await namesIn(room);
    const news = JSON.stringify(names);
    if (!isFollowed(room) || news === told.get(room)) return;
    told.set(room, news);
    tell(room, names);
  };
  const changed = (room: string) => {
    if (planned.has(room)) return;
    planned.add(room);
    setTimeout(() => {
      tellNow(room).catch((error) => app.log.debug({ error }, 'presence not told'));
    }, MOMENT_MS).unref();
  };
  return { changed, forget: (room) => void told.delete(room), members };
}
