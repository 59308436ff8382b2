/** Readers of ticks: nothing queues up for a slow one, it goes on with the newest tick of each symbol. */

import type { Namespace, Socket } from 'socket.io';
import type { Tick } from './schemas.ts';

/** Returns what tells ticks to those in a namespace who follow their symbols. */
export function latestOnly(namespace: Namespace): (ticks: Tick[]) => void {
  const late = new WeakMap<Socket, Map<string, Tick>>();
  const hold = (socket: Socket, tick: Tick) => {
    const held = late.get(socket);
    if (held) {
      held.set(tick.symbol, tick);
      return;
    }
    const ticks = new Map([[tick.symbol, tick]]);
    late.set(socket, ticks);
    whenReady(socket, () => {
      late.delete(socket);
      for (const one of ticks.values()) {
        if (socket.rooms.has(one.symbol)) socket.emit('tick', one);
      }
    });
  };
  return (ticks) => {
    // What one beat brings may wait together; more than that may not.
    const room = ticks.length;
    for (const tick of ticks) {
      const slow: string[] = [];
      for (const id of namespace.adapter.rooms.get(tick.symbol) ?? []) {
        const socket = namespace.sockets.get(id);
        if (socket && (late.has(socket) || waitingFor(socket) >= room)) {
          hold(socket, tick);
          slow.push(id);
        }
      }
      namespace.local.to(tick.symbol).except(slow).emit('tick', tick);
    }
  };
}

/** How many packets wait until those before them are sent. */
function waitingFor({ conn }: Socket): number {
  const { writeBuffer } = conn as unknown as { writeBuffer: unknown[] };
  return conn.transport.writable ? 0 : writeBuffer.length;
}

/** Does something when what was sent is on its way, whatever the transport is by then. */
function whenReady({ conn }: Socket, work: () => void): void {
  const { transport } = conn;
  const done = () => {
    conn.off('upgrade', again);
    work();
  };
  const again = () => {
    transport.off('ready', done);
    conn.transport.once('ready', work);
  };
  transport.once('ready', done);
  conn.once('upgrade', again);
}
