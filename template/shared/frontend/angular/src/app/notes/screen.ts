/** Notes, the example of something that is written, changed and deleted. */

import { guards } from '../access';
import type { Screen } from '../screen';

const editor = () => import('./editor').then(({ Editor }) => Editor);

/** Where the notes are. */
export const notes: Screen = {
  link: { title: 'Notes', path: '/notes' },
  card: { title: 'Notes', says: 'Write notes, change them and delete them.', path: '/notes' },
  routes: [
    {
      path: 'notes',
      canActivateChild: guards,
      children: [
        {
          path: '',
          title: 'Notes',
          loadComponent: () => import('./list').then(({ List }) => List),
        },
        { path: 'new', title: 'New note', loadComponent: editor },
        { path: ':id/edit', title: 'Edit note', loadComponent: editor },
      ],
    },
  ],
};
