/** Checks what a client sent, and tells every wrong field by its place. */

import type { Request } from 'express';
import type { z } from 'zod';
import { type FieldError, Problem } from '../errors.ts';

/** Returns a value as its schema reads it, or refuses it with all that is wrong. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(faultsOf);
  throw new Problem(422, 'The request is not valid.', { errors });
}

/** The query of a request: a text for each parameter, or a list where it was repeated. */
export function readQuery(request: Request): Record<string, string | string[]> {
  const [, query = ''] = request.originalUrl.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const values = [...new Set(parameters.keys())].map((name) => {
    const all = parameters.getAll(name);
    return [name, all.length === 1 ? all[0] : all];
  });
  return Object.fromEntries(values);
}

function faultsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: pointerTo(issue.path), message: issue.message }];
  }
  const message = 'This field is not known.';
  const keys = issue.keys.toSorted(byCodePoints);
  return keys.map((key) => ({ path: pointerTo([...issue.path, key]), message }));
}

function byCodePoints(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function pointerTo(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}
