import { describe, expect, it } from 'vitest';
import type { Note } from './api';
import { Shelf } from './shelf';

function note(id: string, title = id): Note {
  const moment = '2026-11-22T08:30:00.000Z';
  return { id, title, body: '', author_id: null, created_at: moment, updated_at: moment };
}

describe('the notes that are shown', () => {
  it('nothing is known before they were read', () => {
    const shelf = new Shelf();
    expect(shelf.ready()).toBe(false);
    shelf.start({ items: [], next_cursor: null });
    expect(shelf.ready()).toBe(true);
  });

  it('older ones come after them, each once', () => {
    const shelf = new Shelf();
    shelf.start({ items: [note('4'), note('3')], next_cursor: 'more' });
    expect(shelf.cursor()).toBe('more');
    shelf.append({ items: [note('3', 'again'), note('2')], next_cursor: null });
    expect(shelf.notes().map(({ title }) => title)).toEqual(['4', 'again', '2']);
    expect(shelf.cursor()).toBe(null);
  });

  it('one that was deleted is gone', () => {
    const shelf = new Shelf();
    shelf.start({ items: [note('2'), note('1')], next_cursor: null });
    shelf.remove('2');
    expect(shelf.notes()).toEqual([note('1')]);
  });
});
