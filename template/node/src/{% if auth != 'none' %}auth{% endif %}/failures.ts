/** Failures: who guesses passwords has to wait, be it for one account or from one address, whichever process is asked. */

import { createHash } from 'node:crypto';
import type { App } from '../app.ts';
import { clientOf } from '../clients.ts';
import { Problem } from '../errors.ts';
import { keyOf, type User } from './model.ts';
import { hash, inTurn, isOutdated, nobody, verify } from './passwords.ts';

/** How many attempts may fail in which time. */
const MOST = 10;
const WINDOW_MS = 5 * 60 * 1000;

/** What somebody signs in with, and the address from which they do. */
interface Attempt {
  email: string;
  password: string;
  address: string;
}

/** Finds the account of an attempt, and whether the password is right; if not, it counts as a failure. */
export async function checkAttempt(
  { users, failures }: App,
  { email, password, address }: Attempt,
): Promise<{ user: User | undefined; right: boolean }> {
  const subjects = [`account:${keyOf(email)}`, `address:${clientOf(address)}`].map(digest);
  return inTurn(async () => {
    const now = new Date();
    // What is under way counts already: many attempts at once are not more than ten.
    const attempts = await failures.add(subjects, now);
    const since = new Date(now.getTime() - WINDOW_MS);
    const counts = subjects.map((subject) => failures.latest(subject, since, MOST + 1));
    const waits = (await Promise.all(counts)).map((times) => times[MOST]);
    const [latest] = waits.filter((time) => time !== undefined).sort((a, b) => +b - +a);
    if (latest) {
      await failures.remove(attempts);
      throw tooMany(latest.getTime() + WINDOW_MS - Date.now());
    }

    const user = await users.withEmail(email);
    const right = await verify(user?.password_hash ?? (await nobody), password);
    if (!user || !right) {
      await failures.forget(since);
      return { user, right: false };
    }
    await failures.remove(attempts);
    if (isOutdated(user.password_hash)) await users.rehash(user.id, await hash(password));
    return { user, right };
  });
}

/** What is answered after too many failures. */
export function tooMany(milliseconds: number = WINDOW_MS): Problem {
  const seconds = Math.min(Math.max(Math.ceil(milliseconds / 1000), 1), WINDOW_MS / 1000);
  return new Problem(429, 'Too many failed attempts; try again later.', {
    headers: { 'Retry-After': String(seconds) },
  });
}

/** A subject as it is kept: addresses of people are nowhere but with their accounts. */
function digest(subject: string): string {
  return createHash('sha256').update(subject).digest('hex');
}
