/** The API's own pages, which the server makes. */

import type { Screen } from '../screen';

/** The card that leads there. */
export const api: Screen = {
  card: {
    title: 'API',
    says: 'The same for programs: read about it and try it.',
    path: '/api/docs',
    document: true,
  },
};
