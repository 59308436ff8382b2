/** What the API takes and gives of notes. */

import { z } from 'zod';
import { cursorParameter } from '../api/cursors.ts';
import { component, integerParameter, time, uuid } from '../api/schemas.ts';
import { input } from '../fields.ts';
import { line, text } from '../text.ts';

const title = line(1, 200);
const body = text(0, 10_000);

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
  cursor: cursorParameter().optional(),
});
