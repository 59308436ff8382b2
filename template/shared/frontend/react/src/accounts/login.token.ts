/** How people sign in and out: the server gives them tokens, and takes them back. */

import { tokens } from '../requests';

/** Whether somebody is signed in. */
export async function isSomebody(): Promise<boolean> {
  return (await tokens.access()) !== null;
}

/** Signs somebody in. */
export function signIn(email: string, password: string): Promise<void> {
  return tokens.signIn(email, password);
}

/** Signs out. */
export function signOut(): Promise<void> {
  return tokens.signOut();
}
