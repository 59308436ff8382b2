/** What is true of every request: it has an id, and it is HTTP. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { App } from './app.ts';
import { Problem } from './errors.ts';

declare global {
  namespace Express {
    interface Locals {
      /** The id under which the answer and the log speak of a request. */
      requestId: string;
    }
  }
}

const WELL_FORMED = /^[A-Za-z0-9._-]{1,64}$/;

/** The id that a request brings where that is well formed, else a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = String(headers['x-request-id'] ?? '');
  return WELL_FORMED.test(given) ? given : randomUUID();
}

/** Gives every request an id: its own where that is well formed, else a new one. */
export function identifyRequests(app: App): void {
  app.express.use((request, response, next) => {
    response.locals.requestId = requestIdOf(request);
    response.setHeader('X-Request-Id', response.locals.requestId);
    next();
  });
}

/** Refuses a request that HTTP does not allow and that Node's parser let through. */
export function refuseMalformed(app: App): void {
  app.express.use((request, _response, next) => {
    if (isMalformed(request)) throw new Problem(400, 'The request is not valid HTTP.');
    next();
  });
}

function isMalformed({ httpVersion, headers, headersDistinct }: IncomingMessage): boolean {
  const unclear = (headersDistinct['content-type']?.length ?? 0) > 1;
  return unclear || httpVersion === '0.9' || (httpVersion === '1.1' && headers.host === undefined);
}

/** The path of a request as it was sent, without its query. */
export function pathOf(request: Request): string {
  return pathIn(request.originalUrl);
}

/** The path in what a request asks for. */
export function pathIn(target: string): string {
  const [path = ''] = target.split('?', 1);
  return path.replace(/^https?:\/\/[^/]*/i, '') || '/';
}
