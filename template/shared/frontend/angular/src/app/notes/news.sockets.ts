/** What others write: the server tells it at once. */

import { DestroyRef, inject, InjectionToken } from '@angular/core';
import { hearNews, type NewsConnection, type NoteTells, withNews } from '../../shared/news';
import { connect } from '../../shared/sockets';
import { injectCredentials } from '../credentials';
import type { Shelf } from './shelf';

/** Connects to the news. */
export const CONNECT_NEWS = new InjectionToken<() => NewsConnection & { close(): void }>(
  'connect to the news',
  {
    factory: () => {
      const credentials = injectCredentials();
      return () => connect<NoteTells, Record<never, never>>('/notes', credentials);
    },
  },
);

/** Keeps the shelf as it is on the server; what may have been missed is read again. */
export function injectNews(shelf: Shelf, readAgain: () => void): void {
  const connection = inject(CONNECT_NEWS)();
  const stop = hearNews(
    connection,
    (news) => {
      shelf.change((notes) => withNews(notes, news));
    },
    readAgain,
  );
  inject(DestroyRef).onDestroy(() => {
    stop();
    connection.close();
  });
}
