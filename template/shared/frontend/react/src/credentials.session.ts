/** What is shown to be let in: nothing but the cookie, which the browser sends by itself. */

import { forgetAccount } from './accounts/known';
import type { Credentials } from './core/sockets';

export const credentials: Credentials = { show: async () => ({}), refused: forgetAccount };
