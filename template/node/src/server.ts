/** The HTTP server: takes connections, refuses what is not HTTP, and stops without dropping a request. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type App, closeApp } from './app.ts';
import { Problem, writeProblem } from './errors.ts';
import { pathIn } from './requests.ts';

/** How long a stop waits for what is in flight. */
const GRACE_MS = 10_000;

/** How long it waits for what the features opened. */
const CLOSE_MS = 2000;

/** How long clients of other protocols have to say goodbye. */
const LEAVE_MS = 2000;

/** Longer than load balancers keep an idle connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 65_000;

/** A server that listens. */
export interface Listener {
  port: number;
  /** Stops accepting, finishes what is in flight and closes what the features opened. */
  stop: () => Promise<void>;
}

/** Listens where the settings say, or on another port. */
export async function listen(app: App, port: number = app.config.PORT): Promise<Listener> {
  const connections = new Set<Socket>();
  const answers = new Set<ServerResponse>();
  const upgraded = new Set<Socket>();
  const upgradeOf = ({ url = '' }: IncomingMessage) => app.upgrades.get(pathIn(url));
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    shouldUpgradeCallback: (request) => upgradeOf(request) !== undefined,
    // The application refuses a request without Host itself, with a problem.
    requireHostHeader: false,
  });

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    answers.add(response);
    response.once('close', () => answers.delete(response));
    if (app.stopping) response.setHeader('Connection', 'close');
    app.express(request, response);
  };
  const refuse = (socket: Socket, error?: NodeJS.ErrnoException) => {
    const begun = [...answers].some((other) => other.socket === socket && other.headersSent);
    if (begun || !socket.writable || error?.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    app.log.debug({ error }, 'refused');
    socket.end(refusal(app, error?.code === 'ERR_HTTP_REQUEST_TIMEOUT'));
    setTimeout(() => socket.destroy(), 1000).unref();
  };

  server.on('request', answer);
  server.on('checkExpectation', answer);
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as Socket;
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    upgradeOf(request)?.(request, socket, head);
  });
  server.on('clientError', (error, socket) => refuse(socket as Socket, error));
  server.on('connect', (_request, socket) => refuse(socket as Socket));
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });

  server.listen(port, app.config.HOST);
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;

  const stop = async () => {
    app.stopping = true;
    const closed = once(server, 'close');
    server.close();
    for (const response of answers) {
      if (!response.headersSent) response.setHeader('Connection', 'close');
    }
    // Node closes idle connections, but a connection that never asked anything counts as busy.
    setImmediate(() => {
      for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
    });
    const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    const leave = setTimeout(() => {
      for (const socket of upgraded) socket.destroy();
    }, LEAVE_MS);
    await Promise.all(app.leavers.map((leaveNow) => leaveNow()));
    await closed;
    clearTimeout(grace);
    clearTimeout(leave);
    // What is open to a server that is silent cannot be closed in order.
    await Promise.race([closeApp(app), wait(CLOSE_MS)]);
  };
  return { port: actual, stop };
}

/** The bytes that answer something which the parser could not read as a request. */
function refusal(app: App, late: boolean): string {
  const problem = late
    ? new Problem(408, 'The request took too long to arrive.')
    : new Problem(400, 'The request is not valid HTTP.');
  return writeProblem(app, problem, '/', randomUUID());
}
