/** The notes on the server: read, written, changed and deleted. */

import { useInfiniteQuery } from '@tanstack/react-query';
import { clientOf, outcomeOf } from '../client';
import { textIn } from '../forms';
import { queries } from '../queries';
import { Problem } from '../core/problems';
import type { components, paths } from '../core/schema/notes';
import { freshness } from './news';

/** A note. */
export type Note = components['schemas']['Note'];

/** What is written of it. */
export type Written = components['schemas']['NewNote'];

const client = clientOf<paths>();

/** What its form opens with, and the tag of the version that this is; a new one has none. */
export interface Opened {
  note: Written;
  tag: string;
}

/** Under what the notes that were read are kept. */
export const NOTES = ['notes'];

/** Reads the newest notes, and older ones when they are asked for. */
export function useNotes() {
  return useInfiniteQuery({
    queryKey: NOTES,
    queryFn: async ({ pageParam: cursor }) => {
      const query = cursor === null ? {} : { cursor };
      const { data } = await outcomeOf(client.GET('/api/v1/notes', { params: { query } }));
      return data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    ...freshness,
  });
}

/** Reads a note, with the tag of this version of it; null where there is none. */
export async function readNote(id: string): Promise<{ note: Note; tag: string } | null> {
  try {
    const call = client.GET('/api/v1/notes/{id}', { params: { path: { id } } });
    const { data, headers } = await outcomeOf(call);
    return { note: data, tag: headers.get('ETag') ?? '' };
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

/** What is written in a form. */
export function writtenIn(given: FormData): Written {
  return { title: textIn(given, 'title'), body: textIn(given, 'body') };
}

/** Adds a note. */
export async function addNote(body: Written): Promise<void> {
  await outcomeOf(client.POST('/api/v1/notes', { body }));
  await refresh();
}

/** Changes a note, unless it is another version than the one with this tag. */
export async function changeNote(id: string, body: Written, tag: string): Promise<void> {
  const params = { path: { id }, header: { 'If-Match': tag } };
  await outcomeOf(client.PATCH('/api/v1/notes/{id}', { params, body }));
  await refresh();
}

/** Deletes a note; one that is gone already is as good. */
export async function removeNote(id: string): Promise<void> {
  try {
    await outcomeOf(client.DELETE('/api/v1/notes/{id}', { params: { path: { id } } }));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
  }
  await refresh();
}

/** Has the notes read again: at once where they are shown, else when they are. */
export async function refresh(): Promise<void> {
  await queries.invalidateQueries({ queryKey: NOTES });
}
