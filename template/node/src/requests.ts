/** What is true of every request: it has an id, and it is HTTP. */

import { randomUUID } from 'node:crypto';
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

/** Gives every request an id: its own where that is well formed, else a new one. */
export function identifyRequests(app: App): void {
  app.express.use((request, response, next) => {
    const given = request.get('X-Request-Id') ?? '';
    response.locals.requestId = WELL_FORMED.test(given) ? given : randomUUID();
    response.setHeader('X-Request-Id', response.locals.requestId);
    next();
  });
}

/** Refuses a request that HTTP does not allow and that Node's parser let through. */
export function refuseMalformed(app: App): void {
  app.express.use((request, _response, next) => {
    const { httpVersion, headers, headersDistinct } = request;
    const unclear = (headersDistinct['content-type']?.length ?? 0) > 1;
    if (unclear || httpVersion === '0.9' || (httpVersion === '1.1' && headers.host === undefined)) {
      throw new Problem(400, 'The request is not valid HTTP.');
    }
    next();
  });
}

/** The path of a request as it was sent, without its query. */
export function pathOf(request: Request): string {
  const [path = ''] = request.originalUrl.split('?', 1);
  return path.replace(/^https?:\/\/[^/]*/i, '') || '/';
}
