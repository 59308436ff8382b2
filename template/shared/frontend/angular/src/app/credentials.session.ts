/** What a connection is opened with: the cookie, which the browser sends by itself. */

import { inject } from '@angular/core';
import type { Credentials } from '../core/sockets';
import { Accounts } from './accounts/accounts';

/** Returns what is shown beside the cookie, nothing, and what is done when it does not suffice. */
export function injectCredentials(): Credentials {
  const accounts = inject(Accounts);
  return {
    show: () => Promise.resolve({}),
    refused: () => {
      accounts.expire();
    },
  };
}
