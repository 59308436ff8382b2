/** Whose notes are whose. */

import { inject } from '@angular/core';
import { Accounts } from '../accounts/accounts';

/** Returns whether a note of this author is one's own, and may be changed. */
export function injectOwnership(): (author: string | null) => boolean {
  const { me } = inject(Accounts);
  return (author) => author !== null && author === me()?.id;
}
