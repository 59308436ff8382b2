import { describe, expect, it, vi } from 'vitest';
import { hearNews, type Note, withNews } from './news';

function note(id: string, title = 'Milk'): Note {
  const time = '2026-11-22T08:30:00.000Z';
  return { id, title, body: '', author_id: null, created_at: time, updated_at: time };
}

describe('news of the notes', () => {
  it('a new note comes first', () => {
    expect(withNews([note('1')], { note: note('2'), isNew: true })).toEqual([note('2'), note('1')]);
  });

  it('a note that is known does not come twice', () => {
    const news = { note: note('1', 'Bread'), isNew: true };
    expect(withNews([note('1')], news)).toEqual([note('1', 'Bread')]);
  });

  it('a changed note stays where it was', () => {
    const news = { note: note('1', 'Bread'), isNew: false };
    expect(withNews([note('2'), note('1')], news)).toEqual([note('2'), note('1', 'Bread')]);
  });

  it('a changed note that is not shown stays away', () => {
    expect(withNews([note('2')], { note: note('1'), isNew: false })).toEqual([note('2')]);
  });

  it('a deleted note is gone', () => {
    expect(withNews([note('2'), note('1')], { gone: '2' })).toEqual([note('1')]);
  });

  it('everything is heard until the end', () => {
    const listeners = new Map<string, (told: never) => void>();
    const on = vi.fn((name: string, listener: (told: never) => void) => {
      listeners.set(name, listener);
      return () => void listeners.delete(name);
    });
    const whenConnected = (listener: () => void) => on('connect', listener);
    const [hear, missed] = [vi.fn(), vi.fn()];
    const end = hearNews({ on, whenConnected }, hear, missed);
    listeners.get('note:created')?.(note('1') as never);
    listeners.get('note:updated')?.(note('1') as never);
    listeners.get('note:deleted')?.({ id: '1' } as never);
    listeners.get('connect')?.(undefined as never);
    expect(hear.mock.calls.flat()).toEqual([
      { note: note('1'), isNew: true },
      { note: note('1'), isNew: false },
      { gone: '1' },
    ]);
    expect(missed).toHaveBeenCalledOnce();
    end();
    expect(listeners.size).toBe(0);
  });
});
