/** The last ticks of every symbol, and who is told of the next. */

import type { Tick } from './schemas.ts';
import { symbols } from './source.ts';

/** How many ticks of a symbol are kept. */
export const MOST_TICKS = 300;

/** What this process knows of the ticks: each is of the past for whoever comes after it, and told to the others. */
export interface History {
  /** Keeps ticks, in their order, and tells those that are new, unless they were before this process. */
  add(ticks: Tick[], how?: { past: boolean }): void;
  /** The past of a symbol, oldest first. */
  of(symbol: string): Tick[];
  /** The last prices that are known. */
  prices(): Record<string, number>;
}

/** Makes a history that is empty. */
export function createHistory(tell: (ticks: Tick[]) => void): History {
  const kept = new Map<string, Tick[]>(symbols.map((symbol) => [symbol, []]));
  const of = (symbol: string) => kept.get(symbol) ?? [];
  return {
    add(ticks, { past } = { past: false }) {
      const news = symbols.flatMap((symbol) => {
        const before = of(symbol);
        const after = ticks.filter((tick) => tick.symbol === symbol);
        const known = after.findLastIndex(isSame(before.at(-1)));
        const added = after.slice(known + 1).filter((tick) => !before.some(isSame(tick)));
        kept.set(symbol, [...before, ...added].slice(-MOST_TICKS));
        return added;
      });
      if (!past && news.length > 0) tell(news);
    },
    of,
    prices() {
      const last = symbols.flatMap((symbol) => of(symbol).slice(-1));
      return Object.fromEntries(last.map(({ symbol, price }) => [symbol, price]));
    },
  };
}

/** The ticks that prices make at this moment. */
export function ticksOf(prices: Record<string, number>): Tick[] {
  const at = new Date().toISOString();
  return Object.entries(prices).map(([symbol, price]) => ({ symbol, price, at }));
}

function isSame(one?: Tick): (other: Tick) => boolean {
  return ({ price, at }) => at === one?.at && price === one.price;
}
