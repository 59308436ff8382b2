/** Who may see which screen: everybody may see all. */

import type { CanActivateFn } from '@angular/router';

/** What is asked before a screen is shown. */
export const guards: CanActivateFn[] = [];
