/** What others write: it is read when one comes back to the window. */

import { DestroyRef, DOCUMENT, inject } from '@angular/core';
import type { Shelf } from './shelf';

/** Has the notes read again whenever the window is looked at again. */
export function injectNews(_shelf: Shelf, readAgain: () => void): void {
  const document = inject(DOCUMENT);
  const look = () => {
    if (!document.hidden) readAgain();
  };
  document.addEventListener('visibilitychange', look);
  inject(DestroyRef).onDestroy(() => {
    document.removeEventListener('visibilitychange', look);
  });
}
