/** What is shown to be let in where everybody is: nothing. */

import type { Credentials } from './core/sockets';

export const credentials: Credentials = { show: async () => ({}) };
