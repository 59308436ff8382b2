import { TestBed } from '@angular/core/testing';
import { expect, it, vi } from 'vitest';
import { FakeServer } from '../server.fake';
import { CONNECT_NEWS, NEWS } from './news';
import { Shelf } from './shelf';

const moment = '2026-11-22T08:30:00.000Z';
const note = { id: '2', title: 'Tea', body: '', author_id: null, created_at: moment };
const older = { ...note, id: '1', updated_at: moment };

it('what others write is shown as it happens, and read again when something was missed', () => {
  const server = new FakeServer();
  const connect = () => server.connection();
  TestBed.configureTestingModule({ providers: [{ provide: CONNECT_NEWS, useValue: connect }] });
  const shelf = new Shelf();
  const readAgain = vi.fn();
  shelf.start({ items: [older], next_cursor: null });

  const stop = TestBed.inject(NEWS)(shelf, readAgain);
  server.tell('connect');
  expect(readAgain).toHaveBeenCalledTimes(1);
  server.tell('note:created', note);
  server.tell('note:updated', { ...note, title: 'Coffee' });
  expect(shelf.notes().map(({ title }) => title)).toEqual(['Coffee', 'Tea']);
  server.tell('note:deleted', { id: '2' });
  expect(shelf.notes()).toEqual([older]);
  stop();
  expect(server.disconnect).toHaveBeenCalled();
});
