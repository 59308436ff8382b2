/** Accounts: where people sign in, and where they make one. */

import { type Part, screenIn } from '../part';

export const accounts: Part = {
  open: true,
  screens: [
    { path: '/sign-in', Screen: screenIn(() => import('./sign-in')) },
    { path: '/sign-up', Screen: screenIn(() => import('./sign-up')) },
  ],
};
