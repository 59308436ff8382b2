/** News of the notes: what others write, change and delete, as it happens. */

import type { components } from './schema/notes';
import type { Connection } from './sockets';

/** A note as the server tells it. */
export type Note = components['schemas']['Note'];

/** What the server tells of the notes. */
export interface NoteTells {
  'note:created': Note;
  'note:updated': Note;
  'note:deleted': { id: string };
}

/** A connection to the news. */
export type NewsConnection = Pick<
  Connection<NoteTells, Record<never, never>>,
  'on' | 'whenConnected'
>;

/** Something that has happened to a note: it is there, as it is now, or it is gone. */
export type News = { note: Note; isNew: boolean } | { gone: string };

/** Hears what happens, and when something may have been missed, until the returned function is called. */
export function hearNews(
  connection: NewsConnection,
  hear: (news: News) => void,
  missed: () => void,
): () => void {
  const ends = [
    connection.on('note:created', (note) => hear({ note, isNew: true })),
    connection.on('note:updated', (note) => hear({ note, isNew: false })),
    connection.on('note:deleted', ({ id }) => hear({ gone: id })),
    connection.whenConnected(missed),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Returns notes, the newest first, as they are after the news. */
export function withNews(notes: Note[], news: News): Note[] {
  if ('gone' in news) return notes.filter(({ id }) => id !== news.gone);
  const { note, isNew } = news;
  if (notes.some(({ id }) => id === note.id)) {
    return notes.map((known) => (known.id === note.id ? note : known));
  }
  return isNew ? [note, ...notes] : notes;
}
