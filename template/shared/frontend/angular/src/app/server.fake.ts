/** A server for tests: what it is asked is noted, and it tells what the test has it tell. */

import { vi } from 'vitest';
import { type Asks, Connection } from '../core/sockets';

/** The server, at the other end of a connection. */
export class FakeServer {
  /** Answers what it is asked: `{ ok: true }` and more, or a problem. */
  readonly answer = vi.fn<(event: string, asked: unknown) => object>();
  readonly disconnect = vi.fn<() => void>();
  private readonly listeners = new Map<string, Set<(told: unknown) => void>>();

  /** Makes a connection to it. */
  connection<Tells extends object, Asked extends Asks<Asked>>(): Connection<Tells, Asked> {
    const wire = {
      active: true,
      on: (event: string, listener: (told: unknown) => void) => {
        this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
      },
      off: (event: string, listener: (told: unknown) => void) => {
        this.listeners.get(event)?.delete(listener);
      },
      timeout: () => ({
        emitWithAck: (event: string, asked: unknown) => Promise.resolve(this.answer(event, asked)),
      }),
      connect: () => undefined,
      disconnect: this.disconnect,
    };
    return new Connection<Tells, Asked>(wire as never);
  }

  /** Tells something. */
  tell(event: string, told?: unknown): void {
    for (const listener of this.listeners.get(event) ?? []) listener(told);
  }
}
