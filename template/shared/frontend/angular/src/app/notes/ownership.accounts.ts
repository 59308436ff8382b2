/** Whose notes are whose. */

import { inject, InjectionToken } from '@angular/core';
import { Accounts } from '../accounts/accounts';

/** Says whether a note of this author is one's own, and may be changed. */
export const IS_MINE = new InjectionToken<(author: string | null) => boolean>('is mine', {
  factory: () => {
    const { me } = inject(Accounts);
    return (author) => author !== null && author === me()?.id;
  },
});
