/** Events: each is checked, carried out and acknowledged, in the order in which a client sends them. */

import { randomUUID } from 'node:crypto';
import type { Namespace, Socket } from 'socket.io';
import type { z } from 'zod';
import type { App } from '../app.ts';
import { describeProblem, Problem, toProblem } from '../errors.ts';
import { validate } from '../fields.ts';
import { hangUp } from './backlog.ts';
import { limitEvents } from './limits.ts';

/** What a client is told of a problem. */
export type SocketProblem = ReturnType<typeof describeProblem>;

/** The acknowledgement of an event: what it brought, or why it failed. */
export type Ack<Brought = unknown> = ({ ok: true } & Brought) | { ok: false; error: SocketProblem };

/** How many events of one client may wait for those before them. */
const MOST_WAITING = 100;

/** An event that a client may send: what it carries, and what is done about it. */
export interface Handler {
  schema: z.ZodType;
  /** Whether it may come without anything. */
  bare: boolean;
  work: (carried: never) => object | Promise<object>;
}

/** Describes an event that carries what a schema says. */
export function on<Schema extends z.ZodType>(
  schema: Schema,
  work: (carried: z.output<Schema>) => object | Promise<object>,
  { bare = false } = {},
): Handler {
  return { schema, bare, work };
}

/** Makes a namespace, in which every client gets its own handlers when it connects. */
export function serve(
  app: App,
  name: string,
  connect: (socket: Socket) => { handlers: Record<string, Handler>; leave?: () => Promise<void> },
): Namespace {
  const namespace = app.sockets.of(name);
  // Who leaves and comes back on the same connection goes on where it was.
  const limits = new WeakMap<Socket['conn'], ReturnType<typeof limitEvents>>();
  namespace.on('connection', (socket) => {
    const facts = { namespace: name, socket: socket.id };
    app.log.info(facts, 'connected');
    const { handlers, leave } = connect(socket);
    let waiting = 0;
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = (work: () => Promise<void>) => {
      waiting += 1;
      last = last.then(work).finally(() => {
        waiting -= 1;
      });
    };
    const limit = limits.get(socket.conn) ?? limitEvents();
    limits.set(socket.conn, limit);
    socket.use(([event, ...words]) => {
      const acknowledge = typeof words.at(-1) === 'function' ? words.pop() : () => {};
      const verdict = limit();
      if (verdict === 'flooding') hangUp(socket.conn);
      if (verdict === 'allowed' && waiting < MOST_WAITING) {
        inTurn(async () => acknowledge(await answer(app, name, handlers, event, words)));
      } else {
        acknowledge(refuse(app, name, new Problem(429, 'Too many events; try again later.')));
      }
    });
    socket.on('disconnect', (reason) => {
      app.log.info({ ...facts, reason }, 'disconnected');
      if (leave) inTurn(() => leave().catch((error) => app.log.debug({ error }, 'not left')));
    });
  });
  return namespace;
}

/** Refuses a client before it is connected, where a check fails. */
export function admit(app: App, namespace: Namespace, check: (socket: Socket) => unknown): void {
  namespace.use(async (socket, next) => {
    try {
      await check(socket);
      next();
    } catch (error) {
      const data = describe(app, namespace.name, error);
      next(Object.assign(new Error(data.detail), { data }));
    }
  });
}

async function answer(
  app: App,
  namespace: string,
  handlers: Record<string, Handler>,
  event: string,
  words: unknown[],
): Promise<Ack<object>> {
  try {
    const handler = Object.hasOwn(handlers, event) ? handlers[event] : undefined;
    if (!handler) throw new Problem(404, 'There is no event of this name.');
    const carried = validate(handler.schema, carriedBy(words, handler.bare));
    return { ok: true, ...(await handler.work(carried as never)) };
  } catch (error) {
    return refuse(app, namespace, error);
  }
}

function refuse(app: App, namespace: string, error: unknown): Ack<never> {
  return { ok: false, error: describe(app, namespace, error) };
}

/** The one object that an event carries; anything else is none. */
function carriedBy(words: unknown[], bare: boolean): unknown {
  if (bare && words.length === 0) return {};
  const [carried] = words;
  return words.length === 1 && isPlain(carried) ? carried : null;
}

function isPlain(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}

function describe(app: App, namespace: string, error: unknown): SocketProblem {
  const problem = toProblem(app, error);
  const requestId = randomUUID();
  if (problem.status >= 500) app.log.error({ request_id: requestId, error }, 'failed');
  return describeProblem(problem, namespace, requestId);
}
