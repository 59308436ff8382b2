import { render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { MemoryRouter, Route, Routes } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';
import { Queries, queries } from '../queries';
import { problem, serve } from '../testing';
import List from './list';
import type { Note } from './notes';

// What others do is another test's subject, and so is whose a note is.
vi.mock('./news', () => ({ freshness: {}, useNews: () => {} }));
vi.mock('./ownership', () => ({ useOwnership: () => (note: Note) => note.author_id === null }));

function note(id: string, title: string, author: string | null = null): Note {
  const time = '2026-11-22T08:30:00.000Z';
  return {
    id,
    title,
    body: 'One line\nand another',
    author_id: author,
    created_at: time,
    updated_at: time,
  };
}

function show() {
  render(
    <Queries>
      <MemoryRouter initialEntries={['/notes']}>
        <Routes>
          <Route path="/notes" element={<List />} />
        </Routes>
      </MemoryRouter>
    </Queries>,
  );
}

const titles = () =>
  screen.getAllByRole('article').map((one) => within(one).getByRole('heading').textContent);

beforeEach(() => queries.clear());

it('without notes it says so', async () => {
  serve({ 'GET /api/v1/notes': () => ({ body: { items: [], next_cursor: null } }) });
  show();
  await screen.findByText('There are no notes yet.');
});

it('older notes come when they are asked for', async () => {
  serve({
    'GET /api/v1/notes': () => ({ body: { items: [note('2', 'Bread')], next_cursor: 'more' } }),
    'GET /api/v1/notes?cursor=more': () => ({
      body: { items: [note('1', 'Milk')], next_cursor: null },
    }),
  });
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Older notes' }));
  await screen.findByText('Milk');
  expect(titles()).toEqual(['Bread', 'Milk']);
  expect(screen.queryByRole('button', { name: 'Older notes' })).toBeNull();
});

it('notes that cannot be read are not said to be none', async () => {
  serve({ 'GET /api/v1/notes': () => problem(503, 'The store is away; try again later.') });
  show();
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toBe('The store is away; try again later.');
  expect(screen.queryByText('There are no notes yet.')).toBeNull();
});

it('what one may not change offers nothing to change it', async () => {
  const items = [note('2', 'Theirs', 'somebody'), note('1', 'Mine')];
  serve({ 'GET /api/v1/notes': () => ({ body: { items, next_cursor: null } }) });
  show();
  await screen.findByRole('link', { name: 'Edit Mine' });
  expect(screen.queryByRole('link', { name: 'Edit Theirs' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Delete Theirs' })).toBeNull();
});

it('a note is deleted when that was meant', async () => {
  // This document knows no modal dialogs.
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
    this.dispatchEvent(new Event('close'));
  };
  let items = [note('1', 'Milk')];
  const calls = serve({
    'GET /api/v1/notes': () => ({ body: { items, next_cursor: null } }),
    'DELETE /api/v1/notes/1': () => {
      items = [];
      return { status: 204 };
    },
  });
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Delete Milk' }));
  await userEvent.click(screen.getByRole('button', { name: 'Keep' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Delete Milk' }));
  expect(calls).not.toContain('DELETE /api/v1/notes/1');
  await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
  await screen.findByText('The note was deleted.');
  await screen.findByText('There are no notes yet.');
});
