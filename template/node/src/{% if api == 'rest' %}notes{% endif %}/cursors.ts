/** Cursors: where the next page begins, in a form that nobody is tempted to make up. */

import { isId } from './ids.ts';

/** The cursor that stands for the notes before an id. */
export function cursorFor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** The id in a cursor, or undefined where it is none. */
export function idIn(cursor: string): string | undefined {
  const id = /^[A-Za-z0-9_-]{48}$/.test(cursor) ? Buffer.from(cursor, 'base64url').toString() : '';
  return isId(id) ? id : undefined;
}
