/** What a connection is opened with: without accounts nothing has to be shown. */

import type { Credentials } from '../shared/sockets';

/** Returns what is shown: nothing. */
export function injectCredentials(): Credentials {
  return { show: () => Promise.resolve({}) };
}
