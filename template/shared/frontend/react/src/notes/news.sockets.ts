/** News of the notes: what others do shows at once. */

import type { InfiniteData } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useConnection } from '../connection';
import { credentials } from '../credentials';
import { queries } from '../queries';
import { hearNews, type News, type NoteTells, withNews } from '../core/news';
import type { components } from '../core/schema/notes';
import { NOTES, refresh } from './notes';

/** The notes that are shown need not be read again where they are told of. */
export const freshness = { refetchOnWindowFocus: false };

/** Hears the news for as long as the notes are shown. */
export function useNews(): void {
  const connection = useConnection<NoteTells, Record<never, never>>('/notes', credentials);
  useEffect(() => {
    if (!connection) return;
    return hearNews(connection, hear, () => void refresh());
  }, [connection]);
}

type Pages = InfiniteData<components['schemas']['NotePage']>;

/** Changes the notes that are shown. */
function hear(news: News): void {
  if (queries.isFetching({ queryKey: NOTES }) > 0) {
    // What is being read may be older than the news.
    void refresh();
    return;
  }
  queries.setQueryData<Pages>(NOTES, (shown) => {
    if (!shown) return shown;
    const pages = shown.pages.map((page, number) => {
      // What is new stands on the first page alone.
      const told = number > 0 && 'note' in news ? { ...news, isNew: false } : news;
      return { ...page, items: withNews(page.items, told) };
    });
    return { ...shown, pages };
  });
}
