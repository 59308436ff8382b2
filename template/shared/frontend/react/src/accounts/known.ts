/** Who is signed in, as far as it is known. */

import { queries } from '../queries';
import type { components } from '../core/schema/auth';

/** An account, as its owner sees it. */
export type Account = components['schemas']['Account'];

/** Under what the account is kept. */
export const ACCOUNT = ['account'];

/** Remembers who has signed in, and nothing of who was before. */
export function rememberAccount(account: Account): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ACCOUNT[0] });
  queries.setQueryData(ACCOUNT, account);
}

/** Takes note that nobody is signed in. */
export function forgetAccount(): void {
  queries.setQueryData(ACCOUNT, null);
}
