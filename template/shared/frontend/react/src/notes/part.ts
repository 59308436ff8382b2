/** Notes: the list of them, and the form to write one. */

import { type Part, screenIn } from '../part';

const Editor = screenIn(() => import('./editor'));

export const notes: Part = {
  card: { path: '/notes', title: 'Notes', says: 'Write notes, change them and delete them.' },
  screens: [
    { path: '/notes', Screen: screenIn(() => import('./list')) },
    { path: '/notes/new', Screen: Editor },
    { path: '/notes/:id/edit', Screen: Editor },
  ],
};
