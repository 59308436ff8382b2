/** What others write: it is read when one comes back to the window. */

import { DOCUMENT, inject, InjectionToken } from '@angular/core';
import type { Shelf } from './shelf';

/** Has the notes read again whenever the window is looked at again, until the returned function is called. */
export const NEWS = new InjectionToken<(shelf: Shelf, readAgain: () => void) => () => void>(
  'news',
  {
    factory: () => {
      const document = inject(DOCUMENT);
      return (_shelf, readAgain) => {
        const look = () => {
          if (!document.hidden) readAgain();
        };
        document.addEventListener('visibilitychange', look);
        return () => {
          document.removeEventListener('visibilitychange', look);
        };
      };
    },
  },
);
