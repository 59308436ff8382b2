/** What a connection is opened with: a token. */

import { inject } from '@angular/core';
import type { Credentials } from '../core/sockets';
import { Accounts } from './accounts/accounts';
import { Login } from './accounts/login';

/** Returns the token that is shown, and what is done when it does not suffice. */
export function injectCredentials(): Credentials {
  const accounts = inject(Accounts);
  const { tokens } = inject(Login);
  return {
    show: async () => ({ token: (await tokens.access()) ?? '' }),
    refused: () => {
      accounts.expire();
    },
  };
}
