/** Ids that sort by age: UUIDs of version 7, each greater than the one before. */

import { randomBytes } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

let lastTime = 0;
let counter = 0;

/** Makes an id, and the time that it carries. */
export function createId(now: number = Date.now()): { id: string; time: Date } {
  if (now > lastTime) {
    lastTime = now;
    counter = randomBytes(2).readUInt16BE() >> 5;
  } else if (counter === 0xfff) {
    lastTime += 1;
    counter = 0;
  } else {
    counter += 1;
  }
  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastTime, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const id = bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { id, time: new Date(lastTime) };
}

/** Whether a text is an id as it is stored. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
