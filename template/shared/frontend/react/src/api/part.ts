/** The API: a page of the server, to read and try it. */

import type { Part } from '../part';

export const api: Part = {
  card: {
    path: '/api/docs',
    title: 'API',
    says: 'The same for programs: read about it and try it.',
  },
  isPage: true,
  screens: [],
};
