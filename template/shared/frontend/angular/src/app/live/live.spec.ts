import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from 'vitest';
import { priceText } from '../../core/graph';
import { FakeServer } from '../server.fake';
import { CONNECT_LIVE, Live } from './live';
import { settle } from '../settle.fake';

function tick(price: number, second: number, symbol = 'AMBR') {
  return { symbol, price, at: `2026-11-22T08:30:0${second}.000Z` };
}

async function open() {
  const server = new FakeServer();
  server.answer.mockReturnValueOnce({ ok: true, symbols: ['AMBR', 'BIRK'] });
  server.answer.mockReturnValueOnce({
    ok: true,
    symbol: 'AMBR',
    ticks: [tick(10, 1), tick(12, 2)],
  });
  const connect = () => server.connection();
  TestBed.configureTestingModule({ providers: [{ provide: CONNECT_LIVE, useValue: connect }] });
  const fixture = TestBed.createComponent(Live);
  const page = fixture.nativeElement as HTMLElement;
  const find = (what: string) => page.querySelector(what);
  const settled = () => settle(fixture);
  await settled();
  server.tell('connect');
  await settled();
  await settled();
  const numbers = () => {
    const shown = [...page.querySelectorAll('.price, .axis dd')];
    return shown.map((one) => one.textContent);
  };
  return { server, fixture, page, find, settled, numbers };
}

describe('live data', () => {
  it('the price is shown with its past, and moves', async () => {
    const { server, find, settled, numbers } = await open();
    expect(numbers()).toEqual([12, 10, 12].map((price) => priceText(price)));
    expect(find('svg')?.getAttribute('aria-label')).toBe('Price of AMBR');
    const line = find('path.line')?.getAttribute('d');
    server.tell('tick', tick(9.5, 3));
    await settled();
    expect(numbers()).toEqual([9.5, 9.5, 12].map((price) => priceText(price)));
    expect(find('path.line')?.getAttribute('d')).not.toBe(line);
  });

  it('another symbol has another line', async () => {
    const { server, find, settled, numbers } = await open();
    server.answer.mockImplementation((event) =>
      event === 'subscribe' ? { ok: true, ticks: [tick(5, 1, 'BIRK')] } : { ok: true },
    );
    const select = find('select') as HTMLSelectElement;
    expect([...select.options].map(({ value }) => value)).toEqual(['AMBR', 'BIRK']);
    select.value = 'BIRK';
    select.dispatchEvent(new Event('change'));
    await settled();
    await settled();
    expect(find('svg')?.getAttribute('aria-label')).toBe('Price of BIRK');
    expect(numbers()[0]).toBe(priceText(5));
    expect(server.answer).toHaveBeenCalledWith('unsubscribe', { symbol: 'AMBR' });
  });

  it('a lost connection is said to be, and closed with the screen', async () => {
    const { server, fixture, find, settled } = await open();
    expect(find('.banner')).toBe(null);
    server.tell('disconnect');
    await settled();
    expect(find('.banner')?.textContent).toBe('The connection is lost. Trying again …');
    fixture.destroy();
    expect(server.disconnect).toHaveBeenCalled();
  });
});
