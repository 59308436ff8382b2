/** Connections to the server: each has a namespace, and comes back by itself when it is lost. */

import { io, type Socket } from 'socket.io-client';
import { Problem, type ProblemDetails, problemIn, Silence } from './problems';
import { Store } from './store';

/** How long the server may think about an answer. */
const ANSWER_MS = 10_000;

/** How long it is at least from one try to the next with a server that sends us away. */
const RETRY_MS = 2000;

/** What somebody shows to be let in, and what is done when it does not suffice. */
export interface Credentials {
  show: () => Promise<Record<string, string>>;
  refused?: () => void;
}

/** How a connection is. */
export interface ConnectionState {
  connected: boolean;
  /** Whether it is away, and tried again. */
  lost: boolean;
  /** Why the server does not want it; it is not tried again. */
  refusal: Problem | null;
}

/** What a namespace can be asked: what each event carries, and what its answer brings. */
export type Asks<Asked> = { [Name in keyof Asked]: (asked: never) => object };

/** The part of a Socket.IO client that is used here. */
export type Wire = Pick<Socket, 'active' | 'on' | 'off' | 'timeout' | 'connect' | 'disconnect'>;

/** A connection to one namespace, which tells some events and can be asked others. */
export class Connection<
  Tells extends object,
  Asked extends Asks<Asked>,
> extends Store<ConnectionState> {
  readonly #wire: Wire;
  readonly #refused: () => void;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #tried = 0;
  #closed = false;

  constructor(wire: Wire, refused: () => void = () => {}) {
    super({ connected: false, lost: false, refusal: null });
    this.#wire = wire;
    this.#refused = refused;
    wire.on('connect', () => this.change({ connected: true, lost: false, refusal: null }));
    wire.on('disconnect', () => this.#lose());
    // Where the server has not said a problem, there was no way to it.
    wire.on('connect_error', (error: Error & { data?: unknown }) =>
      this.fail(problemIn(error.data)),
    );
  }

  /** Calls the listener whenever this is told, until the returned function is called. */
  on<Name extends keyof Tells & string>(
    name: Name,
    listener: (told: Tells[Name]) => void,
  ): () => void {
    const event: string = name;
    this.#wire.on(event, listener);
    return () => void this.#wire.off(event, listener);
  }

  /** Calls the listener each time the connection is there, at once if it is, until the returned function is called. */
  whenConnected(listener: () => void): () => void {
    this.#wire.on('connect', listener);
    if (this.state.connected) listener();
    return () => void this.#wire.off('connect', listener);
  }

  /** Asks the server and returns what its answer brings, or throws the problem that it has. */
  async ask<Name extends keyof Asked & string>(
    name: Name,
    asked: Parameters<Asked[Name]>[0],
  ): Promise<ReturnType<Asked[Name]>> {
    // What is asked while it is away would be heard later, out of turn.
    if (!this.state.connected) throw new Silence();
    const answer = await this.#answerTo(name, asked);
    if (!answer.ok) throw problemIn(answer.error);
    return answer as unknown as ReturnType<Asked[Name]>;
  }

  /** Takes note that it could not be opened: for good, or for a while. */
  fail(error: Error): void {
    if (!(error instanceof Problem) || !isFinal(error)) {
      this.#lose();
      return;
    }
    this.#wire.disconnect();
    this.change({ connected: false, lost: false, refusal: error });
    if (error.status === 401) this.#refused();
  }

  /** Begins it, unless it has ended meanwhile. */
  open(): void {
    if (!this.#closed) this.#try();
  }

  /** Ends it. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#wire.disconnect();
  }

  async #answerTo(
    name: string,
    asked: unknown,
  ): Promise<{ ok: true } | { ok: false; error: ProblemDetails }> {
    try {
      const answer: unknown = await this.#wire.timeout(ANSWER_MS).emitWithAck(name, asked);
      return answer as { ok: true } | { ok: false; error: ProblemDetails };
    } catch {
      throw new Silence();
    }
  }

  #lose(): void {
    if (this.#closed) return;
    this.change({ connected: false, lost: !this.state.refusal });
    clearTimeout(this.#retry);
    // A client does not come back by itself where the server has sent it away: whose login had to be renewed
    // is back at once, and a server that lets nobody stay is not flooded.
    if (!this.#wire.active && !this.state.refusal) {
      const wait = Math.max(0, this.#tried + RETRY_MS - Date.now());
      this.#retry = setTimeout(() => this.#try(), wait);
    }
  }

  #try(): void {
    this.#tried = Date.now();
    this.#wire.connect();
  }
}

/** Connects to a namespace of the server that this page came from. */
export function connect<Tells extends object, Asked extends Asks<Asked>>(
  namespace: string,
  { show, refused }: Credentials,
): Connection<Tells, Asked> {
  const wire = io(namespace, {
    autoConnect: false,
    forceNew: true,
    // Where several processes serve, only the first of these leads to them.
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    auth: (tell) => {
      show().then(tell, (error: Error) => {
        wire.disconnect();
        connection.fail(error);
      });
    },
  });
  const connection = new Connection<Tells, Asked>(wire, refused);
  // What is closed at once is never opened.
  queueMicrotask(() => connection.open());
  return connection;
}

/** Whether the same would be refused again. */
function isFinal({ status }: Problem): boolean {
  return status < 500 && status !== 429;
}
