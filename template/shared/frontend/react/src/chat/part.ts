/** The chat: one screen, with a room at a time. */

import { lazy } from 'react';
import type { Part } from '../part';

export const chat: Part = {
  card: { path: '/chat', title: 'Chat', says: 'Meet others in rooms and write to each other.' },
  screens: [{ path: '/chat', Screen: lazy(() => import('./chat')) }],
};
