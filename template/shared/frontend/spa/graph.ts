/** The graph of a price: lines to draw, and numbers to write beside them. */

import type { Tick } from './live';

/** How much room is left above the highest price and below the lowest, as part of the height. */
const MARGIN = 0.08;

/** What is drawn in a rectangle, as paths of SVG, and the numbers of it. */
export interface Graph {
  path: string;
  /** The same, closed along the bottom. */
  area: string;
  low: number;
  high: number;
  last: number;
}

/** Draws ticks from left to right, with the lowest price near the bottom; without ticks there is nothing to draw. */
export function line(ticks: Pick<Tick, 'price'>[], width: number, height: number): Graph | null {
  const prices = ticks.map(({ price }) => price);
  const last = prices.at(-1);
  if (last === undefined) return null;
  const low = Math.min(...prices);
  const high = Math.max(...prices);
  const step = width / Math.max(1, prices.length - 1);
  const heightOf = (price: number) => {
    const share = high === low ? 0.5 : (price - low) / (high - low);
    return height * (1 - MARGIN - share * (1 - 2 * MARGIN));
  };
  const points = prices.map((price, index) => `${round(index * step)} ${round(heightOf(price))}`);
  // A single price is a level line.
  if (points.length === 1) points.push(`${width} ${round(heightOf(last))}`);
  const path = `M${points.join('L')}`;
  return { path, area: `${path}V${height}H0Z`, low, high, last };
}

/** Writes a price as the reader is used to. */
export function priceText(price: number, locale?: string): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return new Intl.NumberFormat(locale, digits).format(price);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
