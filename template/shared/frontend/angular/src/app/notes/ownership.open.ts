/** Whose notes are whose: they are everybody's. */

import { InjectionToken } from '@angular/core';

/** Says whether a note of this author may be changed: any may. */
export const IS_MINE = new InjectionToken<(author: string | null) => boolean>('is mine', {
  factory: () => () => true,
});
