/** How people sign in and out: the server gives their browser a cookie, and takes it back. */

import { outcomeOf } from '../client';
import { client } from './client';

/** Whether somebody may be signed in; the cookie shows itself to the server alone. */
export async function isSomebody(): Promise<boolean> {
  return true;
}

/** Signs somebody in. */
export async function signIn(email: string, password: string): Promise<void> {
  await outcomeOf(client.POST('/auth/login', { body: { email, password } }));
}

/** Signs out. */
export async function signOut(): Promise<void> {
  await outcomeOf(client.POST('/auth/logout'));
}
