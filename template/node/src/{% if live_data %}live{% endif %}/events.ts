/** The live data: prices that are told to whoever follows them, as they come. */

import type { Socket } from 'socket.io';
import type { z } from 'zod';
import type { App } from '../app.ts';
import { Problem } from '../errors.ts';
import { setting, wholeNumber } from '../settings.ts';
import { type Ack, on, serve } from '../sockets/events.ts';
import { createHistory } from './history.ts';
import { latestOnly } from './readers.ts';
import { Nothing, type Tick, Wanted } from './schemas.ts';
import { symbols } from './source.ts';
import { startTicker } from './ticker.ts';

const NAMESPACE = '/live';

/** The variable of the live data. */
export const liveSettings = {
  TICK_INTERVAL_MS: setting({
    read: wholeNumber(10, 60_000),
    must: 'a whole number from 10 to 60000',
    example: '1000',
    fallback: 1000,
  }),
};

/** What a client sends, and what it is answered. */
export interface ClientEvents {
  symbols(asked: z.input<typeof Nothing>, answer: (ack: Ack<{ symbols: string[] }>) => void): void;
  subscribe(
    asked: z.input<typeof Wanted>,
    answer: (ack: Ack<{ symbol: string; ticks: Tick[] }>) => void,
  ): void;
  unsubscribe(asked: z.input<typeof Wanted>, answer: (ack: Ack) => void): void;
}

/** What a client is told. */
export interface ServerEvents {
  tick(tick: Tick): void;
}

/** Adds the namespace of the live data, and starts the ticker. */
export async function live(app: App): Promise<void> {
  const namespace = serve(app, NAMESPACE, (socket: Socket) => ({
    handlers: {
      symbols: on(Nothing, () => ({ symbols }), { bare: true }),
      subscribe: on(Wanted, async ({ symbol }) => {
        expectSymbol(symbol);
        await socket.join(symbol);
        return { symbol, ticks: history.of(symbol) };
      }),
      unsubscribe: on(Wanted, async ({ symbol }) => {
        expectSymbol(symbol);
        await socket.leave(symbol);
        return {};
      }),
    },
  }));
  const history = createHistory(latestOnly(namespace));
  await startTicker(app, history);
}

function expectSymbol(symbol: string): void {
  if (!symbols.includes(symbol)) throw new Problem(404, 'There is no symbol of this name.');
}
