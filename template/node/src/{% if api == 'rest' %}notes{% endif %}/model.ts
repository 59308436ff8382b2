/** What a note is, and what every store of notes can do. */

import { Problem } from '../errors.ts';

/** A note as it is stored. */
export interface Note {
  id: string;
  title: string;
  body: string;
  author_id: string | null;
  /** Goes up by one with every change. */
  version: number;
  /** Times are RFC 3339 in UTC with milliseconds. */
  created_at: string;
  updated_at: string;
}

/** What can be changed of a note. */
export type Changes = Partial<Pick<Note, 'title' | 'body'>>;

/** A store of notes. Where `versions` are given, a note of any other version is left alone. */
export interface Notes {
  /** Adds a note and returns it. */
  add(title: string, body: string, authorId: string | null): Promise<Note>;
  /** Returns the newest notes, or the newest before an id. */
  page(limit: number, before: string | null): Promise<Note[]>;
  /** Returns a note. */
  get(id: string): Promise<Note>;
  /** Changes a note and returns it; without changes it stays as it is. */
  change(id: string, changes: Changes, versions: number[] | null): Promise<Note>;
  /** Removes a note. */
  remove(id: string, versions: number[] | null): Promise<void>;
}

declare module '../app.ts' {
  interface App {
    /** The store; a feature may put another before it. */
    notes: Notes;
  }
}

/** Returns the note that a store found, and refuses one that is missing or of another version. */
export function expectNote(note: Note | undefined, versions: number[] | null): Note {
  if (!note) throw new Problem(404, 'There is no note with this id.');
  if (versions && !versions.includes(note.version)) {
    throw new Problem(412, 'The note has changed since you read it.');
  }
  return note;
}
