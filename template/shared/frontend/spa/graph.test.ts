import { describe, expect, it } from 'vitest';
import { line, priceText } from './graph';

describe('the graph', () => {
  it('without prices there is none', () => {
    expect(line([], 600, 200)).toBeNull();
  });

  it('the line goes from edge to edge, the highest price near the top', () => {
    const graph = line([{ price: 10 }, { price: 30 }, { price: 20 }], 600, 200);
    expect(graph).toEqual({
      path: 'M0 184L300 16L600 100',
      area: 'M0 184L300 16L600 100V200H0Z',
      low: 10,
      high: 30,
      last: 20,
    });
  });

  it('prices that do not move are a line in the middle', () => {
    expect(line([{ price: 5 }], 600, 200)?.path).toBe('M0 100L600 100');
    expect(line([{ price: 5 }, { price: 5 }], 600, 200)?.path).toBe('M0 100L600 100');
  });

  it('a price has two decimals', () => {
    expect(priceText(1234.5, 'en')).toBe('1,234.50');
  });
});
