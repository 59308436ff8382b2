/** Every error answer is a problem (RFC 9457), and this is where it is made. */

import type { ErrorRequestHandler, Request, Response } from 'express';
import { sendJson } from './answers.ts';
import type { App } from './app.ts';
import { headersFor } from './headers.ts';
import { pathOf } from './requests.ts';

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** One wrong field: where it stands (a JSON Pointer) and what is wrong with it. */
export interface FieldError {
  path: string;
  message: string;
}

/** An error that the client is told of: thrown anywhere, answered here. */
export class Problem extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly errors: FieldError[] | undefined;

  constructor(
    status: number,
    detail: string,
    { headers = {}, errors }: { headers?: Record<string, string>; errors?: FieldError[] } = {},
  ) {
    super(detail);
    this.status = status;
    this.headers = headers;
    this.errors = errors;
  }
}

/** Something that this project leans on is away for now. */
export class Unavailable extends Error {}

/** The project cannot start; the message is the one line for whoever started it. */
export class StartError extends Error {}

/** The problem as the client reads it. */
export function describeProblem(problem: Problem, instance: string, requestId: string) {
  return {
    type: 'about:blank',
    title: titles[problem.status],
    status: problem.status,
    detail: problem.message,
    instance,
    request_id: requestId,
    ...(problem.errors && { errors: problem.errors }),
  };
}

/** Answers what no route answered and what any of them threw; set up after all of them. */
export function answerErrors(app: App): void {
  for (const fallback of app.fallbacks) app.express.use(fallback);
  app.express.use(() => {
    throw new Problem(404, 'There is nothing at this address.');
  });
  const answer: ErrorRequestHandler = async (error, request, response, _next) => {
    const problem = toProblem(app, error);
    if (problem.status >= 500) {
      app.log.error({ request_id: response.locals.requestId, error }, 'failed');
    }
    if (response.headersSent) {
      response.destroy();
    } else {
      await app.answerProblem(request, response, problem);
    }
  };
  app.express.use(answer);
}

/** The problem that the client is told of, whatever was thrown. */
export function toProblem(app: App, error: unknown): Problem {
  if (error instanceof Problem) return error;
  // A path whose percent-encoding cannot be read is the address of nothing.
  if (error instanceof URIError) return new Problem(404, 'There is nothing at this address.');
  if (app.refusals.some((isRefusal) => isRefusal(error))) {
    return new Problem(422, 'The request is not valid.', { errors: [] });
  }
  if (error instanceof Unavailable || app.outages.some((isOutage) => isOutage(error))) {
    return new Problem(503, 'The service is temporarily unavailable.', {
      headers: { 'Retry-After': '5' },
    });
  }
  return new Problem(500, 'Something went wrong on our side.');
}

/** Answers a request with the problem as JSON. */
export function sendProblem(request: Request, response: Response, problem: Problem): void {
  response.setHeaders(new Map(Object.entries(problem.headers)));
  response.setHeader('Cache-Control', 'no-store');
  const described = describeProblem(problem, pathOf(request), response.locals.requestId);
  sendJson(response, problem.status, described, 'application/problem+json');
}

/** An answer on a connection that no route has seen. */
interface RawAnswer {
  status: number;
  requestId: string;
  mediaType: string;
  value: unknown;
  headers?: Record<string, string>;
}

/** The bytes of such an answer, after which the connection ends. */
export function writeAnswer(
  { config }: Pick<App, 'config'>,
  { status, requestId, mediaType, value, headers = {} }: RawAnswer,
): string {
  const body = JSON.stringify(value);
  const all = new Map([
    ['X-Request-Id', requestId],
    ...headersFor(config),
    ...Object.entries(headers),
    ['Content-Type', mediaType],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Date', new Date().toUTCString()],
    ['Connection', 'close'],
  ]);
  const lines = [...all].map(([name, header]) => `${name}: ${header}`);
  return [`HTTP/1.1 ${status} ${titles[status]}`, ...lines, '', body].join('\r\n');
}

/** The bytes of a problem on such a connection. */
export function writeProblem(
  app: Pick<App, 'config'>,
  problem: Problem,
  instance: string,
  requestId: string,
): string {
  return writeAnswer(app, {
    status: problem.status,
    requestId,
    mediaType: 'application/problem+json',
    value: describeProblem(problem, instance, requestId),
    headers: problem.headers,
  });
}
