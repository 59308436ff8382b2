/** The screen of the live data: a price, and the line that it has drawn. */

import { useCallback, useId } from 'react';
import { Banner } from '../banner';
import { useConnection, useOpened, useStore } from '../connection';
import { credentials } from '../credentials';
import { Page } from '../page';
import { line, priceText } from '../core/graph';
import { type LiveAsks, type LiveTells, Quotes } from '../core/live';
import type { Connection } from '../core/sockets';

/** The graph is drawn on a sheet of this size, and then as large as there is room. */
const WIDTH = 600;
const HEIGHT = 200;

/** Shows the live data. */
export default function Live() {
  const connection = useConnection<LiveTells, LiveAsks>('/live', credentials);
  return (
    <Page title="Live">
      {connection && (
        <>
          <Banner connection={connection} />
          <Following connection={connection} />
        </>
      )}
    </Page>
  );
}

/** Follows the prices for as long as they are shown. */
function Following({ connection }: { connection: Connection<LiveTells, LiveAsks> }) {
  const open = useCallback(() => {
    const thing = new Quotes(connection);
    return { thing, close: () => thing.end() };
  }, [connection]);
  const quotes = useOpened(open);
  return quotes && <Prices quotes={quotes} />;
}

/** Shows the prices of the symbol that is chosen. */
function Prices({ quotes }: { quotes: Quotes }) {
  const { symbols, symbol, ticks } = useStore(quotes);
  const id = useId();
  if (symbol === null) return null;
  const graph = line(ticks, WIDTH, HEIGHT);
  return (
    <section className="live">
      <div className="field">
        <label htmlFor={id}>Symbol</label>
        <select id={id} value={symbol} onChange={({ target }) => quotes.choose(target.value)}>
          {symbols.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </div>
      <output className="price" aria-live="off">
        {graph ? priceText(graph.last) : '–'}
      </output>
      <svg
        className="graph"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Price of ${symbol}`}
      >
        <path className="area" d={graph?.area} />
        <path d={graph?.path} />
      </svg>
      <dl className="axis">
        <div>
          <dt>Lowest</dt>
          <dd>{graph ? priceText(graph.low) : '–'}</dd>
        </div>
        <div>
          <dt>Highest</dt>
          <dd>{graph ? priceText(graph.high) : '–'}</dd>
        </div>
      </dl>
    </section>
  );
}
