import { describe, expect, it } from 'vitest';
import { localPath } from './next';

describe('where somebody goes who has signed in', () => {
  it('a path of this site is where it was asked for', () => {
    for (const path of ['/', '/somewhere', '/somewhere/1/edit?page=2#end']) {
      expect(localPath(path)).toBe(path);
    }
  });

  it('anything else leads to the first page', () => {
    const others = ['https://example.org/', '//example.org', '/\\example.org', 'somewhere'];
    for (const asked of [...others, '/\t/example.org', '/\n/example.org', '', null, undefined]) {
      expect(localPath(asked)).toBe('/');
    }
  });
});
