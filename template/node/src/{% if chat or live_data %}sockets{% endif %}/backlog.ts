/** The backlog of a connection: what waits for a client that does not read. */

import type { Socket } from 'socket.io';

type Connection = Socket['conn'];

/** What is known of a connection beyond its types. */
interface Inside {
  transport: { socket?: { terminate(): void } };
  /** The packets that wait until the transport can write. */
  writeBuffer: unknown[];
}

/** How many bytes may wait for one client. */
const MOST_BYTES = 1_000_000;

/** Hangs up on a client for which too much is waiting. */
export function limitBacklog(connection: Connection): void {
  const inside = connection as unknown as Inside;
  let waiting = 0;
  let leaving = 0;
  connection.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    if (inside.writeBuffer.length === 0) {
      // What waited has left for the transport; a listener for that would cost as much as sending.
      leaving = waiting;
      waiting = 0;
    }
    waiting += data === undefined ? 0 : Buffer.byteLength(data);
    const late = connection.transport.writable ? 0 : leaving;
    if (waiting + late > MOST_BYTES) hangUp(connection);
  });
}

/** Ends a connection at once, whatever is still waiting for its client. */
export function hangUp(connection: Connection): void {
  const { transport } = connection as unknown as Inside;
  transport.socket?.terminate();
  connection.close(true);
}
