/** The notes over HTTP: create, list, read, change, delete. */

import { cursorFor } from '../api/cursors.ts';
import { isKnown, tagOf, versionsIn } from '../api/etags.ts';
import { mount, operation } from '../api/operations.ts';
import type { App } from '../app.ts';
import { isId } from '../ids.ts';
import { exampleAuthor, foreign } from './authors.ts';
import { changeNote, createNote, removeNote, show } from './changes.ts';
import { expectNote } from './model.ts';
import { NewNote, NoteChanges, NotePage, NoteQuery, Note as ShownNote } from './schemas.ts';

const missing = 'There is no note with this id.';
const stale = 'The note has changed since you read it.';
const example = {
  id: '019aab5f-3c00-7000-8000-000000000001',
  title: 'Milk',
  body: 'Two litres.',
  author_id: exampleAuthor,
  created_at: '2026-11-22T08:30:00.000Z',
  updated_at: '2026-11-22T08:30:00.000Z',
};
const about = { tag: 'notes', path: '/api/v1/notes' };
const aboutOne = { tag: 'notes', path: '/api/v1/notes/{id}' };

/** Adds the operations on notes to an application that has a store of them. */
export function notes(app: App): void {
  const store = app.notes;

  const list = operation(
    {
      ...about,
      id: 'listNotes',
      method: 'GET',
      summary: 'List notes, newest first',
      query: NoteQuery,
      fault: { path: '/limit', message: 'This must be at most 100.' },
      answers: {
        200: {
          description: 'A page of notes.',
          schema: NotePage,
          example: { items: [example], next_cursor: cursorFor(example.id) },
        },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const found = await store.page(limit + 1, cursor ?? null);
      const items = found.slice(0, limit).map(show);
      const last = found.length > limit ? items.at(-1) : undefined;
      return { status: 200, body: { items, next_cursor: last ? cursorFor(last.id) : null } };
    },
  );

  const create = operation(
    {
      ...about,
      id: 'createNote',
      method: 'POST',
      summary: 'Create a note',
      body: { schema: NewNote, example: { title: 'Milk', body: 'Two litres.' } },
      fault: { path: '/title', message: 'This field is required.' },
      answers: {
        201: {
          description: 'The new note.',
          schema: ShownNote,
          example,
          headers: ['ETag', 'Location'],
        },
      },
    },
    async ({ body, response }) => {
      const note = await createNote(app, body, response);
      const headers = { ETag: tagOf(note.version), Location: `/api/v1/notes/${note.id}` };
      return { status: 201, body: show(note), headers };
    },
  );

  const read = operation(
    {
      ...aboutOne,
      id: 'readNote',
      method: 'GET',
      summary: 'Read a note',
      condition: 'If-None-Match',
      answers: {
        200: { description: 'The note.', schema: ShownNote, example, headers: ['ETag'] },
        304: { description: 'The client has it already.', headers: ['ETag'] },
      },
      problems: { 404: missing },
    },
    async ({ request, params }) => {
      const note = await store.get(idFrom(params));
      const headers = { ETag: tagOf(note.version), 'Cache-Control': 'private, no-cache' };
      if (isKnown(request.get('If-None-Match'), note.version)) return { status: 304, headers };
      return { status: 200, body: show(note), headers };
    },
  );

  const change = operation(
    {
      ...aboutOne,
      id: 'changeNote',
      method: 'PATCH',
      summary: 'Change a note',
      condition: 'If-Match',
      body: { schema: NoteChanges, example: { body: 'Three litres.' } },
      fault: { path: '/title', message: 'This must be a string.' },
      answers: {
        200: {
          description: 'The changed note.',
          schema: ShownNote,
          example: { ...example, body: 'Three litres.', updated_at: '2026-11-22T09:00:00.000Z' },
          headers: ['ETag'],
        },
      },
      problems: { ...foreign, 404: missing, 412: stale },
    },
    async ({ request, response, params, body }) => {
      const versions = versionsIn(request.get('If-Match'));
      const note = await changeNote(app, idFrom(params), body, versions, response);
      return { status: 200, body: show(note), headers: { ETag: tagOf(note.version) } };
    },
  );

  const remove = operation(
    {
      ...aboutOne,
      id: 'deleteNote',
      method: 'DELETE',
      summary: 'Delete a note',
      condition: 'If-Match',
      answers: { 204: { description: 'The note is gone.' } },
      problems: { ...foreign, 404: missing, 412: stale },
    },
    async ({ request, response, params }) => {
      await removeNote(app, idFrom(params), versionsIn(request.get('If-Match')), response);
      return { status: 204 };
    },
  );

  mount(app, [list, create, read, change, remove]);
}

/** The id in an address, as the stores know it. */
export function idFrom({ id = '' }: Record<string, string>): string {
  return isId(id.toLowerCase()) ? id.toLowerCase() : expectNote(undefined, null).id;
}
