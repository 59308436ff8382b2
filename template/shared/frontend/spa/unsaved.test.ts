import { expect, it } from 'vitest';
import { Unsaved } from './unsaved';

it('what could not be saved is for who typed it, where they did', () => {
  const unsaved = new Unsaved<string>();
  expect(unsaved.find(undefined, '/here')).toBe(null);
  unsaved.keep('ann', '/here', 'before');
  unsaved.keep('ann', '/here', 'typed');
  expect(unsaved.find('ann', '/here')).toBe('typed');
  expect(unsaved.find('ann', '/there')).toBe(null);
  expect(unsaved.find('ben', '/here')).toBe(null);
  expect(unsaved.find(undefined, '/here')).toBe(null);
});

it('what is forgotten is nobody’s', () => {
  const unsaved = new Unsaved<string>();
  unsaved.keep('ann', '/here', 'typed');
  unsaved.forget();
  expect(unsaved.find('ann', '/here')).toBe(null);
});
