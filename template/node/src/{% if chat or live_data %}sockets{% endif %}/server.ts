/** Sockets: clients that stay connected, over Socket.IO at `/socket.io/`. */

import { createServer, type IncomingMessage } from 'node:http';
import type { NextFunction, Response } from 'express';
import { Server, type Socket } from 'socket.io';
import type { App } from '../app.ts';
import { Problem, toProblem, Unavailable, writeAnswer, writeProblem } from '../errors.ts';
import { headersFor } from '../headers.ts';
import { allowsEveryone, isAllowed, isOwn } from '../origins.ts';
import { requestIdOf } from '../requests.ts';
import { sharingHeaders } from '../sharing.ts';
import { connectProcesses } from './adapter.ts';
import { hangUp, limitBacklog } from './backlog.ts';
import { parser, refusal } from './parser.ts';
import { processSettings } from './processes.ts';

const PATH = '/socket.io/';

/** What is asked there; to HEAD there is nothing to say, for a poll is answered once. */
const METHODS = ['GET', 'OPTIONS', 'POST'];

/** How many bytes a client may send at once; more ends its connection. */
const MOST_BYTES = 100_000;

/** How often a client is asked whether it is there, and how long it may think about it. */
const PING_MS = 25_000;
const PONG_MS = 20_000;

/** How long a connection may stay without a namespace. */
const CONNECT_MS = 10_000;

/** The variables of the sockets. */
export const socketSettings = processSettings;

declare module '../app.ts' {
  interface App {
    readonly sockets: Server;
  }
}

/** Gives the application its sockets; a feature adds a namespace of its own. */
export function sockets(app: App): void {
  // Requests and upgrades come to this server by way of ours, which has looked at them.
  const doorway = createServer();
  const server = new Server(doorway, {
    path: PATH,
    // A client that polls would have to meet the same process each time.
    transports: app.config.WEB_CONCURRENCY > 1 ? ['websocket'] : ['polling', 'websocket'],
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MOST_BYTES,
    pingInterval: PING_MS,
    pingTimeout: PONG_MS,
    connectTimeout: CONNECT_MS,
    parser,
  });
  Object.assign(app, { sockets: server });
  connectProcesses(app, server);
  // Every namespace has to be asked for by its name.
  server.use((_socket, next) => {
    const { message, data } = refusal('/');
    next(Object.assign(new Error(message), { data }));
  });

  app.express.all(PATH, (request, response, next) => {
    response.locals.quiet = true;
    // Engine.IO would go on with whoever has sent too much.
    response.once('finish', () => {
      if (response.statusCode === 413) hangUpOn(server, request);
    });
    share(app, request, response);
    const problem = problemOf(app, request);
    if (problem) throw problem;
    if (request.method === 'OPTIONS') {
      allowMethods(response);
      return;
    }
    explainTooLarge(response, next);
    doorway.emit('request', request, response);
  });
  app.addresses.set(PATH, ['GET', 'POST']);

  app.upgrades.set(PATH, (request, connection, head) => {
    connection.on('error', () => {});
    const problem = problemOf(app, request);
    if (problem) connection.end(writeProblem(app, problem, PATH, requestIdOf(request)));
    else doorway.emit('upgrade', request, connection, head);
  });

  const connections = new Set<Socket['conn']>();
  server.engine.on('connection', (connection: Socket['conn']) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    limitBacklog(connection);
  });
  server.engine.on('headers', (headers: Record<string, string>, request: IncomingMessage) => {
    if (request.headers.upgrade === undefined) return;
    Object.assign(headers, Object.fromEntries(headersFor(app.config)));
    headers['X-Request-Id'] = requestIdOf(request);
  });
  server.engine.on('connection_error', (failure: Failure) => refuseUpgrade(app, failure));

  app.leavers.push(async () => {
    for (const connection of connections) letGo(connection);
    await server.close();
  });
}

/** Answers a client that waits for news: told by a packet that the server closes, some would not come back. */
function letGo({ transport }: Socket['conn']): void {
  if (transport.name === 'polling' && transport.writable) transport.send([{ type: 'noop' }]);
}

/** Ends the connection to which a request belongs. */
function hangUpOn({ engine }: Server, { url }: IncomingMessage): void {
  const { clients } = engine as unknown as { clients: Record<string, Socket['conn']> };
  const sender = clients[new URLSearchParams(url?.split('?')[1]).get('sid') ?? ''];
  if (sender) hangUp(sender);
}

interface Failure {
  req: IncomingMessage & { res?: unknown; websocket?: unknown };
  code: number;
  message: string;
}

/** Answers an upgrade that Engine.IO refuses as it answers a request. */
function refuseUpgrade(app: App, { req, code, message }: Failure): void {
  if (req.res !== undefined || req.websocket !== undefined) return;
  const answer = {
    status: 400,
    requestId: requestIdOf(req),
    mediaType: 'application/json',
    value: { code, message },
  };
  req.socket.end(writeAnswer(app, answer));
}

/** Lets pages of the allowed origins read an answer. */
function share(app: App, { headers: { origin } }: IncomingMessage, response: Response): void {
  if (app.config.CORS_ORIGINS.length === 0) return;
  const everyone = allowsEveryone(app.config);
  if (!everyone) response.setHeader('Vary', 'Origin');
  if (origin && isAllowed(app.config, origin)) {
    response.setHeader('Access-Control-Allow-Origin', everyone ? '*' : origin);
    response.setHeaders(sharingHeaders);
  }
}

/** Answers OPTIONS, and the browser that asks for a page of an allowed origin. */
function allowMethods(response: Response): void {
  const methods = METHODS.join(', ');
  response.setHeader('Allow', methods);
  if (response.hasHeader('Access-Control-Allow-Origin')) {
    response.setHeader('Access-Control-Allow-Methods', methods);
    response.setHeader('Access-Control-Allow-Headers', 'Content-Type, X-Request-Id');
    response.setHeader('Access-Control-Max-Age', '600');
  }
  response.statusCode = 204;
  response.end();
}

function tooLarge(): Problem {
  return new Problem(413, 'The message is larger than 100,000 bytes.');
}

/** Makes a problem of what turns out to be too large as it arrives: Engine.IO says nothing of it. */
function explainTooLarge(response: Response, next: NextFunction): void {
  const { writeHead } = response;
  const write = (status: number, ...more: []) => {
    Object.assign(response, { writeHead });
    return status === 413 ? { end: () => next(tooLarge()) } : response.writeHead(status, ...more);
  };
  Object.assign(response, { writeHead: write });
}

/** Why a request may not pass, if so. */
function problemOf(app: App, request: IncomingMessage): Problem | undefined {
  const { origin } = request.headers;
  if (origin && !isOwn(app.config, request, origin) && !isAllowed(app.config, origin)) {
    return new Problem(403, 'This origin may not connect.');
  }
  if (!METHODS.includes(String(request.method))) {
    return new Problem(405, `This address does not answer to ${request.method}.`, {
      headers: { Allow: METHODS.join(', ') },
    });
  }
  if (app.stopping && !request.url?.includes('sid=')) {
    return toProblem(app, new Unavailable('the project is stopping'));
  }
  return Number(request.headers['content-length'] ?? 0) > MOST_BYTES ? tooLarge() : undefined;
}
