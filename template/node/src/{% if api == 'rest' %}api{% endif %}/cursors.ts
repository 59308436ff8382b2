/** Cursors: where the next page begins, in a form that nobody is tempted to make up. */

import { z } from 'zod';
import { isId } from '../ids.ts';
import { parameter } from './schemas.ts';

/** The cursor that stands for what comes after an id in a list. */
export function cursorFor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** A query parameter that is a cursor; it is read as the id in it. */
export function cursorParameter() {
  return parameter().transform((given, context) => {
    const id = idIn(given);
    if (id !== undefined) return id;
    context.issues.push({ code: 'custom', input: given, message: 'This cursor is not valid.' });
    return z.NEVER;
  });
}

/** The id in a cursor, or undefined where it is none. */
export function idIn(cursor: string): string | undefined {
  const id = /^[A-Za-z0-9_-]{48}$/.test(cursor) ? Buffer.from(cursor, 'base64url').toString() : '';
  return isId(id) ? id : undefined;
}
