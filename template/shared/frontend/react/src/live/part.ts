/** The live data: one screen, with a symbol at a time. */

import { type Part, screenIn } from '../part';

export const live: Part = {
  card: { path: '/live', title: 'Live', says: 'Watch numbers that move, as they move.' },
  screens: [{ path: '/live', Screen: screenIn(() => import('./live')) }],
};
