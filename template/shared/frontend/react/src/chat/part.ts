/** The chat: one screen, with a room at a time. */

import { type Part, screenIn } from '../part';

export const chat: Part = {
  card: { path: '/chat', title: 'Chat', says: 'Meet others in rooms and write to each other.' },
  screens: [{ path: '/chat', Screen: screenIn(() => import('./chat')) }],
};
