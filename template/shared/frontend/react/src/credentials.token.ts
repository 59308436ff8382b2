/** What is shown to be let in: a token. */

import { forgetAccount } from './accounts/known';
import { tokens } from './requests';
import type { Credentials } from './core/sockets';

export const credentials: Credentials = {
  show: async () => ({ token: (await tokens.access()) ?? '' }),
  refused: () => {
    tokens.forget();
    forgetAccount();
  },
};
