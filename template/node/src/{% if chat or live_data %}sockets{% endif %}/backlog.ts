/** The backlog of a connection: what waits for a client that does not read. */

import type { Socket } from 'socket.io';

type Connection = Socket['conn'];

/** How many bytes may wait for one client. */
const MOST_BYTES = 1_000_000;

/** Hangs up on a client for which too much is waiting. */
export function limitBacklog(connection: Connection): void {
  let waiting = 0;
  let leaving = 0;
  connection.on('packetCreate', ({ data }: { data?: unknown }) => {
    waiting += Buffer.byteLength(String(data ?? ''));
    const late = connection.transport.writable ? 0 : leaving;
    if (waiting + late > MOST_BYTES) hangUp(connection);
  });
  connection.on('flush', () => {
    leaving = waiting;
    waiting = 0;
  });
}

/** Ends a connection at once, whatever is still waiting for its client. */
export function hangUp(connection: Connection): void {
  const { transport } = connection as { transport: { socket?: { terminate(): void } } };
  transport.socket?.terminate();
  connection.close(true);
}
