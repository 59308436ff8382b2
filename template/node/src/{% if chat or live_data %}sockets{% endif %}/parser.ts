/** How packets are written: a namespace that is not there is refused with a problem. */

import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser';
import { describeProblem, Problem } from '../errors.ts';
import { randomUUID } from 'node:crypto';

/** What Socket.IO says of a namespace that is not there. */
const UNKNOWN = 'Invalid namespace';

class ProblemEncoder extends Encoder {
  override encode(packet: Packet): (string | Buffer)[] {
    const unknown = packet.type === PacketType.CONNECT_ERROR && packet.data?.message === UNKNOWN;
    return super.encode(unknown ? { ...packet, data: refusal(packet.nsp) } : packet);
  }
}

/** The parser of Socket.IO but for that. */
export const parser = { Encoder: ProblemEncoder, Decoder };

/** What a client is told whose namespace is not there. */
export function refusal(namespace: string) {
  const problem = new Problem(404, 'There is no namespace of this name.');
  return {
    message: problem.message,
    data: describeProblem(problem, namespace, randomUUID()),
  };
}
