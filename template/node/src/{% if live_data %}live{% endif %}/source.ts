/**
 * The source of the live data: five symbols whose prices move by chance. Replace it with your own.
 *
 * It exports the symbols, and a function that returns the next prices each time it is called. The
 * numbers are the same at every start and in both stacks: each symbol draws from mulberry32, seeded
 * with its place in the list, and moves by at most half a per cent, in whole cents.
 */

/** The symbols, each with the price in cents from which it sets out. */
const starts: Record<string, number> = {
  AMBR: 12000,
  BIRK: 4500,
  CEDR: 28000,
  DUNE: 950,
  ELMS: 6400,
};

/** The names of what has a price. */
export const symbols = Object.keys(starts);

/** Returns what gives the next price of every symbol, each time it is called; it goes on from known prices. */
export function createSource(known: Record<string, number> = {}): () => Record<string, number> {
  const walks = symbols.map((symbol, index) => ({
    symbol,
    cents: Math.round((known[symbol] ?? 0) * 100) || Number(starts[symbol]),
    random: mulberry32(index + 1),
  }));
  return () => {
    for (const walk of walks) {
      const spread = Math.max(1, Math.floor(walk.cents / 200));
      const step = Math.floor((walk.random() * (2 * spread + 1)) / 2 ** 32) - spread;
      walk.cents = Math.max(1, walk.cents + step);
    }
    return Object.fromEntries(walks.map(({ symbol, cents }) => [symbol, cents / 100]));
  };
}

/** Random whole numbers of 32 bits. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
