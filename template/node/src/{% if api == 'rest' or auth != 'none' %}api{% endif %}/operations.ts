/** Operations: what an address does for a client, said once for its handler and for the document. */

import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { sendJson } from '../answers.ts';
import type { App } from '../app.ts';
import type { FieldError, Problem } from '../errors.ts';
import { validate } from '../fields.ts';
import { address, type Method } from '../routes.ts';
import { readJson } from './bodies.ts';
import { readQuery } from './validation.ts';

/** One good answer, as the document tells of it. */
export interface Success {
  description: string;
  schema?: z.ZodType;
  example?: unknown;
  headers?: ('ETag' | 'Location')[];
  mediaType?: string;
}

/** What the document says of an operation; the problems that follow from the rest it adds itself. */
export interface Description<
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
> {
  id: string;
  method: Method;
  /** The address with its parameters in braces: `/api/v1/orders/{id}`. */
  path: string;
  tag: string;
  summary: string;
  /** The conditional header that the operation understands. */
  condition?: 'If-Match' | 'If-None-Match';
  query?: Query;
  body?: { schema: Body; example: unknown };
  /** A field that might be wrong, as an example. */
  fault?: FieldError;
  answers: Record<number, Success>;
  /** Problems of its own: the detail for each status, or the whole of one with headers. */
  problems?: Record<number, string | Problem>;
  /** Whether it leans on what may fail. */
  fallible?: boolean;
}

/** What a client sent, checked. */
export interface Input<Query, Body> {
  request: Request;
  /** What was found out about the request already, and a place for headers that depend on it. */
  response: Response;
  params: Record<string, string>;
  query: Query;
  body: Body;
}

/** What the client is answered. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** An operation that is described and can be carried out. */
export interface Operation {
  description: Description;
  handler: RequestHandler;
}

declare module '../app.ts' {
  interface App {
    /** What the document describes, in its order. */
    descriptions?: Description[];
  }
}

/** Makes an operation: the handler gets what the description demands, checked and typed. */
export function operation<
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
>(
  description: Description<Query, Body>,
  handle: (input: Input<z.output<Query>, z.output<Body>>) => Promise<Answer>,
): Operation {
  const handler: RequestHandler = async (request, response) => {
    const { query, body } = description;
    const answer = await handle({
      request,
      response,
      params: request.params as Record<string, string>,
      query: (query && validate(query, readQuery(request))) as z.output<Query>,
      body: (body && validate(body.schema, await readJson(request))) as z.output<Body>,
    });
    response.setHeaders(new Map(Object.entries(answer.headers ?? {})));
    if (answer.body === undefined) {
      response.statusCode = answer.status;
      response.end();
    } else {
      sendJson(response, answer.status, answer.body);
    }
  };
  return { description, handler };
}

/** Puts operations at their addresses and into the document. */
export function mount(app: App, operations: Operation[]): void {
  const byPath = Map.groupBy(operations, ({ description }) => description.path);
  for (const [path, group] of byPath) {
    const handlers = group.map(({ description, handler }) => [description.method, handler]);
    address(app, path.replace(/\{(\w+)\}/g, ':$1'), Object.fromEntries(handlers));
  }
  describe(
    app,
    operations.map(({ description }) => ({ ...description, fallible: true })),
  );
}

/** Puts descriptions into the document. */
export function describe(app: App, descriptions: Description[]): void {
  app.descriptions = [...(app.descriptions ?? []), ...descriptions];
}
