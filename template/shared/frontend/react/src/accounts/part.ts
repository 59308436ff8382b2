/** Accounts: where people sign in, and where they make one. */

import { lazy } from 'react';
import type { Part } from '../part';

export const accounts: Part = {
  open: true,
  screens: [
    { path: '/sign-in', Screen: lazy(() => import('./sign-in')) },
    { path: '/sign-up', Screen: lazy(() => import('./sign-up')) },
  ],
};
