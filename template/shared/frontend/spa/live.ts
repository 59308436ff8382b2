/** The live data: the prices of one symbol, with their past, as they come. */

import type { Connection } from './sockets';
import { Store } from './store';

/** How many ticks are kept. */
const MOST_TICKS = 300;

/** After how long the server is asked again that could not answer. */
const RETRY_MS = 2000;

/** The price of a symbol at a moment. */
export interface Tick {
  symbol: string;
  price: number;
  at: string;
}

/** What the server tells of the symbols that were subscribed to. */
export interface LiveTells {
  tick: Tick;
}

/** What it can be asked. */
export interface LiveAsks {
  symbols(asked: Record<string, never>): { symbols: string[] };
  subscribe(asked: { symbol: string }): { symbol: string; ticks: Tick[] };
  unsubscribe(asked: { symbol: string }): object;
}

/** A connection to the live data. */
export type LiveConnection = Pick<Connection<LiveTells, LiveAsks>, 'ask' | 'on' | 'whenConnected'>;

/** What is known of the prices. */
export interface QuotesState {
  symbols: string[];
  /** The symbol whose ticks these are. */
  symbol: string | null;
  ticks: Tick[];
}

/** The prices of one symbol at a time: the first one, until another is chosen. */
export class Quotes extends Store<QuotesState> {
  readonly #connection: LiveConnection;
  readonly #ends: (() => void)[];
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(connection: LiveConnection) {
    super({ symbols: [], symbol: null, ticks: [] });
    this.#connection = connection;
    this.#ends = [
      connection.on('tick', (tick) => this.#add([tick])),
      connection.whenConnected(() => void this.#start()),
    ];
  }

  /** Follows another symbol. */
  choose(symbol: string): void {
    const before = this.state.symbol;
    if (before === symbol) return;
    this.change({ symbol, ticks: [] });
    if (before !== null) this.#connection.ask('unsubscribe', { symbol: before }).catch(() => {});
    void this.#start();
  }

  /** Follows nothing any more. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#retry);
    for (const end of this.#ends) end();
  }

  async #start(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      if (this.state.symbols.length === 0) {
        const { symbols } = await this.#connection.ask('symbols', {});
        this.change({ symbols, symbol: this.state.symbol ?? symbols[0] ?? null });
      }
      const { symbol } = this.state;
      if (symbol === null || this.#ended) return;
      const { ticks } = await this.#connection.ask('subscribe', { symbol });
      this.#add(ticks);
    } catch {
      if (this.#ended) return;
      this.#retry = setTimeout(() => void this.#start(), RETRY_MS);
    }
  }

  /** Adds ticks of the symbol that is followed: some may be known, and some older than what is. */
  #add(ticks: Tick[]): void {
    const { symbol, ticks: before } = this.state;
    const news = ticks.filter((tick) => tick.symbol === symbol);
    const known = new Map([...before, ...news].map((tick) => [tick.at, tick]));
    const sorted = [...known.values()].sort((one, other) => (one.at < other.at ? -1 : 1));
    this.change({ ticks: sorted.slice(-MOST_TICKS) });
  }
}
