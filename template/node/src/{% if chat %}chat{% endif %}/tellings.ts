/** Telling who is in a room: not at every change but after a moment, and only what is news. */

import type { App } from '../app.ts';

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

/** Gathers changes and tells them, given how the names in a room are found. */
export function createTellings(
  app: App,
  find: (room: string) => Promise<string[]>,
  tell: Tell,
): { changed: (room: string) => void; members: Presence['members'] } {
  const planned = new Set<string>();
  const told = new Map<string, string>();
  const members = async (room: string) => [...new Set(await find(room))].sort(byCodePoints);
  const tellNow = async (room: string) => {
    planned.delete(room);
    const names = await members(room);
    const news = JSON.stringify(names);
    if (news === told.get(room)) return;
    if (names.length > 0) told.set(room, news);
    else told.delete(room);
    tell(room, names);
  };
  const changed = (room: string) => {
    if (planned.has(room)) return;
    planned.add(room);
    setTimeout(() => {
      tellNow(room).catch((error) => app.log.debug({ error }, 'presence not told'));
    }, MOMENT_MS).unref();
  };
  return { changed, members };
}

function byCodePoints(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
