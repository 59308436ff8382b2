/** Live data: numbers that move. */

import { guards } from '../access';
import type { Screen } from '../screen';

/** Where the prices are. */
export const live: Screen = {
  link: { title: 'Live', path: '/live' },
  card: { title: 'Live', says: 'Watch numbers that move, as they move.', path: '/live' },
  routes: [
    {
      path: 'live',
      title: 'Live',
      canActivate: guards,
      loadComponent: () => import('./live').then(({ Live }) => Live),
    },
  ],
};
