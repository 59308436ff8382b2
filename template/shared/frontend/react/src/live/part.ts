/** The live data: one screen, with a symbol at a time. */

import { lazy } from 'react';
import type { Part } from '../part';

export const live: Part = {
  card: { path: '/live', title: 'Live', says: 'Watch numbers that move, as they move.' },
  screens: [{ path: '/live', Screen: lazy(() => import('./live')) }],
};
