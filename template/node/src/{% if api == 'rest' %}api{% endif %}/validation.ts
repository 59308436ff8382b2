/** Checks what a client sent, and tells every wrong field by its place. */

import type { Request } from 'express';
import type { z } from 'zod';
import { type FieldError, Problem } from '../errors.ts';
import type { Body } from './bodies.ts';

const UNKNOWN = 'This field is not known.';

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

/** Checks a body; what is not known of it is told in the order in which it was sent. */
export function validateBody<Schema extends z.ZodType>(
  schema: Schema,
  { value, fields }: Body,
): z.output<Schema> {
  try {
    return validate(schema, value);
  } catch (error) {
    if (error instanceof Problem) sortUnknown(error.errors ?? [], fields());
    throw error;
  }
}

function sortUnknown(errors: FieldError[], fields: string[]): void {
  const placed = fields.map((field, place) => [pointerTo([field]), place] as const);
  const places = new Map(placed.toReversed());
  const place = ({ path, message }: FieldError) =>
    message === UNKNOWN ? (places.get(path) ?? 0) : -1;
  errors.sort((one, other) => place(one) - place(other));
}

function faultsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: pointerTo(issue.path), message: issue.message }];
  }
  return issue.keys.map((key) => ({
    path: pointerTo([...issue.path, key]),
    message: UNKNOWN,
  }));
}

function pointerTo(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}
