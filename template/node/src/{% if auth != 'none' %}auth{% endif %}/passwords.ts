/** Passwords: kept as Argon2id makes them unreadable, a few at a time, away from the event loop. */

import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Problem } from '../errors.ts';

const derive = promisify(argon2);

/** OWASP's parameters: memory in KiB, passes and lanes. */
const MEMORY = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** How many passwords are worked on at once, and how many may wait. */
const MOST_AT_ONCE = 2;
const MOST_WAITING = 50;

const PHC =
  /^\$argon2id\$v=19\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const waiting: (() => void)[] = [];
let busy = 0;

/** Does work with passwords when it is its turn; where too much is waiting it is refused. */
export async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (busy < MOST_AT_ONCE) {
    busy += 1;
  } else {
    if (waiting.length >= MOST_WAITING) {
      throw new Problem(503, 'The service is temporarily unavailable.', {
        headers: { 'Retry-After': '1' },
      });
    }
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    await turn;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else busy -= 1;
  }
}

/** Turns a password into what is kept of it. */
export async function hash(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const parameters = { memory: MEMORY, passes: PASSES, parallelism: LANES };
  const derived = await deriveFrom(password, { ...parameters, nonce: salt, tagLength: HASH_BYTES });
  return `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=${LANES}$${write(salt)}$${write(derived)}`;
}

/** Whether a password is the one of which this is kept. */
export async function verify(kept: string, password: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', derived = ''] = PHC.exec(kept) ?? [];
  const expected = Buffer.from(derived, 'base64');
  if (expected.length === 0) return false;
  const found = await deriveFrom(password, {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(salt, 'base64'),
    tagLength: expected.length,
  });
  return timingSafeEqual(found, expected);
}

/** Whether a password is kept in another way than it would be now. */
export function isOutdated(kept: string): boolean {
  const [, memory, passes, lanes, salt = '', derived = ''] = PHC.exec(kept) ?? [];
  const sizes = [salt, derived].map((text) => Buffer.from(text, 'base64').length);
  const found = [memory, passes, lanes].map(Number).concat(sizes);
  return found.join() !== [MEMORY, PASSES, LANES, SALT_BYTES, HASH_BYTES].join();
}

/** What is compared where there is no account, so that the answer takes as long as with one. */
export const nobody = hash(randomBytes(SALT_BYTES).toString('hex'));

function deriveFrom(
  password: string,
  parameters: Omit<Argon2Parameters, 'message'>,
): Promise<Buffer> {
  return derive('argon2id', { ...parameters, message: Buffer.from(password) }) as Promise<Buffer>;
}

/** Base64 without padding, as PHC strings have it. */
function write(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
