import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { expect, it, vi } from 'vitest';
import Live from './live';

const prices: Record<string, number[]> = { AMBR: [100, 120, 110], BIRK: [7] };

vi.mock('../connection', async (original) => ({
  ...(await original<typeof import('../connection')>()),
  useConnection: () => connection,
}));

const state = { connected: true, lost: true, refusal: null };
const connection = {
  state,
  subscribe: () => () => {},
  on: () => () => {},
  whenConnected: (listener: () => void) => {
    listener();
    return () => {};
  },
  ask: async (name: string, { symbol = '' }: { symbol?: string }) => {
    if (name === 'symbols') return { symbols: Object.keys(prices) };
    const ticks = prices[symbol]?.map((price, second) => ({ symbol, price, at: `0${second}` }));
    return { symbol, ticks };
  },
};

it('a price is shown with its past, and so is another one', async () => {
  render(
    <MemoryRouter>
      <Live />
    </MemoryRouter>,
  );
  const graph = await screen.findByRole('img', { name: 'Price of AMBR' });
  await vi.waitFor(() =>
    expect(graph.querySelectorAll('path')[1]?.getAttribute('d')).toMatch(/^M0/),
  );
  const shown = () => [...document.querySelectorAll('output, dd')].map((one) => one.textContent);
  const numbers = (...given: number[]) =>
    given.map((one) => one.toLocaleString(undefined, { minimumFractionDigits: 2 }));
  expect(shown()).toEqual(numbers(110, 100, 120));
  await userEvent.selectOptions(screen.getByLabelText('Symbol'), 'BIRK');
  await screen.findByRole('img', { name: 'Price of BIRK' });
  await vi.waitFor(() => expect(shown()).toEqual(numbers(7, 7, 7)));
});

it('while the connection is lost a banner says so', () => {
  render(
    <MemoryRouter>
      <Live />
    </MemoryRouter>,
  );
  expect(screen.getByText('The connection is lost. Trying again …')).toBeTruthy();
});
