/** What is done to notes, whoever asks for it: it is kept, and announced. */

import type { Response } from 'express';
import type { z } from 'zod';
import type { App } from '../app.ts';
import { authorOf, expectAuthor } from './authors.ts';
import type { Changes, Note } from './model.ts';
import type { NewNote, Note as ShownNote } from './schemas.ts';

declare module '../events.ts' {
  interface Announcements {
    'note:created': z.output<typeof ShownNote>;
    'note:updated': z.output<typeof ShownNote>;
    'note:deleted': { id: string };
  }
}

/** Keeps a note of whoever asks. */
export async function createNote(
  { notes, events }: App,
  { title, body }: z.output<typeof NewNote>,
  response: Response,
): Promise<Note> {
  const note = await notes.add(title, body, authorOf(response));
  events.emit('note:created', show(note));
  return note;
}

/** Changes a note of whoever asks, where it is at one of these versions. */
export async function changeNote(
  { notes, events }: App,
  id: string,
  changes: Changes,
  versions: number[] | null,
  response: Response,
): Promise<Note> {
  await expectAuthor(notes, id, response);
  const note = await notes.change(id, changes, versions);
  if (Object.keys(changes).length > 0) events.emit('note:updated', show(note));
  return note;
}

/** Removes a note of whoever asks, where it is at one of these versions. */
export async function removeNote(
  { notes, events }: App,
  id: string,
  versions: number[] | null,
  response: Response,
): Promise<void> {
  await expectAuthor(notes, id, response);
  await notes.remove(id, versions);
  events.emit('note:deleted', { id });
}

/** The note as clients see it: without its version, which is the entity tag. */
export function show({ version: _, ...note }: Note): z.output<typeof ShownNote> {
  return note;
}
