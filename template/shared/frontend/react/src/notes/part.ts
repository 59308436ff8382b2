/** Notes: the list of them, and the form to write one. */

import { lazy } from 'react';
import type { Part } from '../part';

const Editor = lazy(() => import('./editor'));

export const notes: Part = {
  card: { path: '/notes', title: 'Notes', says: 'Write notes, change them and delete them.' },
  screens: [
    { path: '/notes', Screen: lazy(() => import('./list')) },
    { path: '/notes/new', Screen: Editor },
    { path: '/notes/:id/edit', Screen: Editor },
  ],
};
