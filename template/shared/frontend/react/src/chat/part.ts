/** The chat: one screen, with a room at a time. */

import { lazy } from 'react';
import type { Part } from '../part';

export const chat: Part = {
  card: { path: '/chat', title: 'Chat', says: 'Meet people in rooms and talk to them.' },
  screens: [{ path: '/chat', Screen: lazy(() => import('./chat')) }],
};
