/** What a connection is opened with: nothing, for everybody is let in. */

import type { Credentials } from '../core/sockets';

/** Returns what is shown: nothing. */
export function injectCredentials(): Credentials {
  return { show: () => Promise.resolve({}) };
}
