/** Queries: what was read from the server, kept for as long as somebody looks at it. */

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Problem } from './core/problems';

/** How often a server is asked again that does not answer. */
const TRIES = 1;

/** Makes what keeps the answers. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Whether there is a network is not always known; whether the server answers is.
        networkMode: 'always',
        retry: (failures, error) => failures < TRIES && !(error instanceof Problem),
      },
    },
  });
}

/** What keeps the answers of this page. */
export const queries = createQueries();

/** Lets everything inside share them. */
export function Queries({ children }: { children: ReactNode }) {
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}
