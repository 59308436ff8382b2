import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LiveConnection, Quotes, type Tick } from './live';
import { Silence } from './problems';

function tick(second: number, symbol = 'AMBR'): Tick {
  const at = new Date(Date.UTC(2026, 10, 22) + second * 1000).toISOString();
  return { symbol, price: 100 + second, at };
}

/** Live data whose server is this test. */
function openLive(past: Record<string, Tick[]> = { AMBR: [], BIRK: [] }) {
  const listeners = new Map<string, Set<(told: never) => void>>();
  const on = (name: string, listener: (told: never) => void) => {
    listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
    return () => void listeners.get(name)?.delete(listener);
  };
  const ask = vi.fn((name: string, { symbol = '' }: { symbol?: string }): Promise<object> => {
    if (name === 'symbols') return Promise.resolve({ symbols: Object.keys(past) });
    return Promise.resolve(name === 'subscribe' ? { symbol, ticks: past[symbol] } : {});
  });
  const whenConnected = (listener: () => void) => on('connect', listener);
  const quotes = new Quotes({ on, ask, whenConnected } as unknown as LiveConnection);
  const tell = async (name: string, told?: unknown) => {
    for (const listener of listeners.get(name) ?? []) listener(told as never);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { quotes, ask, tell };
}

describe('quotes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('they begin with the past of the first symbol', async () => {
    const { quotes, tell } = openLive({ AMBR: [tick(1), tick(2)], BIRK: [] });
    await tell('connect');
    expect(quotes.state).toEqual({
      symbols: ['AMBR', 'BIRK'],
      symbol: 'AMBR',
      ticks: [tick(1), tick(2)],
    });
  });

  it('they go on with what is told, each tick once and in its place', async () => {
    const { quotes, tell } = openLive({ AMBR: [tick(1)] });
    await tell('connect');
    await tell('tick', tick(3));
    await tell('tick', tick(2));
    await tell('tick', tick(3));
    await tell('tick', tick(4, 'BIRK'));
    expect(quotes.state.ticks).toEqual([tick(1), tick(2), tick(3)]);
  });

  it('the last three hundred are kept', async () => {
    const { quotes, tell } = openLive();
    await tell('connect');
    for (let second = 0; second < 310; second += 1) await tell('tick', tick(second));
    expect(quotes.state.ticks).toHaveLength(300);
    expect(quotes.state.ticks.at(-1)).toEqual(tick(309));
  });

  it('another symbol begins anew', async () => {
    const { quotes, ask, tell } = openLive({ AMBR: [tick(1)], BIRK: [tick(2, 'BIRK')] });
    await tell('connect');
    quotes.choose('BIRK');
    await tell('tick', tick(3));
    expect(ask).toHaveBeenCalledWith('unsubscribe', { symbol: 'AMBR' });
    expect(quotes.state.symbol).toBe('BIRK');
    expect(quotes.state.ticks).toEqual([tick(2, 'BIRK')]);
  });

  it('the same symbol goes on', async () => {
    const { quotes, ask, tell } = openLive({ AMBR: [tick(1)] });
    await tell('connect');
    quotes.choose('AMBR');
    expect(quotes.state.ticks).toEqual([tick(1)]);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('a new connection follows the chosen symbol again', async () => {
    const { quotes, ask, tell } = openLive();
    await tell('connect');
    quotes.choose('BIRK');
    await tell('connect');
    expect(ask.mock.lastCall).toEqual(['subscribe', { symbol: 'BIRK' }]);
  });

  it('a server that could not answer is asked again', async () => {
    const { quotes, ask, tell } = openLive();
    ask.mockRejectedValueOnce(new Silence());
    await tell('connect');
    expect(quotes.state.symbols).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(quotes.state.symbol).toBe('AMBR');
  });

  it('after the end nothing is heard or asked', async () => {
    const { quotes, ask, tell } = openLive();
    ask.mockRejectedValueOnce(new Silence());
    await tell('connect');
    quotes.end();
    await tell('connect');
    await tell('tick', tick(1));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledOnce();
    expect(quotes.state.ticks).toEqual([]);
  });
});
