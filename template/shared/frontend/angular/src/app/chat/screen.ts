/** The chat: rooms of people. */

import { guards } from '../access';
import type { Screen } from '../screen';

/** Where people talk. */
export const chat: Screen = {
  link: { title: 'Chat', path: '/chat' },
  card: { title: 'Chat', says: 'Meet others in rooms and write to each other.', path: '/chat' },
  routes: [
    {
      path: 'chat',
      title: 'Chat',
      canActivate: guards,
      loadComponent: () => import('./chat').then(({ Chat }) => Chat),
    },
  ],
};
