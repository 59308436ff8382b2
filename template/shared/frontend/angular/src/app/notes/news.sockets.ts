/** What others write: the server tells it at once. */

import { inject, InjectionToken } from '@angular/core';
import { hearNews, type NewsConnection, type NoteTells, withNews } from '../../core/news';
import { connect } from '../../core/sockets';
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

/** Keeps notes as they are on the server, until the returned function is called; what was missed is read again. */
export const NEWS = new InjectionToken<(shelf: Shelf, readAgain: () => void) => () => void>(
  'news',
  {
    factory: () => {
      const open = inject(CONNECT_NEWS);
      return (shelf, readAgain) => {
        const connection = open();
        const stop = hearNews(
          connection,
          (news) => {
            shelf.change((notes) => withNews(notes, news));
          },
          readAgain,
        );
        return () => {
          stop();
          connection.close();
        };
      };
    },
  },
);
