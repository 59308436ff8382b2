import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { MemoryRouter, Route, Routes } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';
import { Page } from '../page';
import { Queries, queries } from '../queries';
import { problem, serve } from '../testing';
import Editor from './editor';

// What others do is another test's subject.
vi.mock('./news', () => ({ freshness: {}, useNews: () => {} }));

const milk = {
  id: '1',
  title: 'Milk',
  body: 'Two litres.',
  author_id: null,
  created_at: '2026-11-22T08:30:00.000Z',
  updated_at: '2026-11-22T08:30:00.000Z',
};
const read = () => ({ body: milk, headers: { ETag: '"7"' } });

function show(path: string) {
  render(
    <Queries>
      <MemoryRouter initialEntries={[path]}>
        <Routes>
          <Route path="/notes" element={<Page title="Notes" />} />
          <Route path="/notes/new" element={<Editor />} />
          <Route path="/notes/:id/edit" element={<Editor />} />
        </Routes>
      </MemoryRouter>
    </Queries>,
  );
}

beforeEach(() => queries.clear());

it('a new note is saved as it was written', async () => {
  const create = vi.fn(() => ({ status: 201, body: milk }));
  serve({ 'POST /api/v1/notes': create });
  show('/notes/new');
  await userEvent.type(screen.getByLabelText('Title'), 'Milk');
  await userEvent.type(screen.getByLabelText('Text'), 'Two{Enter}litres.');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('The note was saved.');
  expect(create).toHaveBeenCalledWith({ title: 'Milk', body: 'Two\nlitres.' });
});

it('what is wrong is marked, and what was typed stays', async () => {
  const faults = [{ path: '/title', message: 'This must have at least 1 character.' }];
  serve({ 'POST /api/v1/notes': () => problem(422, 'It is not valid.', faults) });
  show('/notes/new');
  await userEvent.type(screen.getByLabelText('Text'), 'Two litres.');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('This must have at least 1 character.');
  expect(screen.getByLabelText('Title').getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByLabelText<HTMLTextAreaElement>('Text').value).toBe('Two litres.');
});

it('a note that somebody else has changed is not overwritten', async () => {
  const change = () => problem(412, 'The note has changed since you read it.');
  serve({ 'GET /api/v1/notes/1': read, 'PATCH /api/v1/notes/1': change });
  show('/notes/1/edit');
  await userEvent.type(await screen.findByLabelText('Text'), ' Or three.');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toBe(
    'Somebody changed this note meanwhile. Copy what you want to keep, then read it again.',
  );
  const { value } = screen.getByLabelText<HTMLTextAreaElement>('Text');
  expect(value).toBe('Two litres. Or three.');
});

it('what was typed of a note that somebody deletes is kept as a new one', async () => {
  const create = vi.fn(() => ({ status: 201, body: milk }));
  serve({
    'GET /api/v1/notes/1': read,
    'PATCH /api/v1/notes/1': () => problem(404, 'There is no note with this id.'),
    'POST /api/v1/notes': create,
  });
  show('/notes/1/edit');
  await userEvent.type(await screen.findByLabelText('Text'), ' Or three.');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toBe(
    'Somebody deleted this note meanwhile. Save again to make a new one of it.',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('The note was saved.');
  expect(create).toHaveBeenCalledWith({ title: 'Milk', body: 'Two litres. Or three.' });
});

it('a note that is not there is not found', async () => {
  serve({ 'GET /api/v1/notes/1': () => problem(404, 'There is no note with this id.') });
  show('/notes/1/edit');
  await screen.findByRole('heading', { level: 1, name: 'Not found' });
});

it('where nobody answers the note stays in the form', async () => {
  serve({});
  show('/notes/new');
  await userEvent.type(screen.getByLabelText('Title'), 'Milk');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toBe('The server does not answer. Try again.');
  expect(screen.getByLabelText<HTMLInputElement>('Title').value).toBe('Milk');
});
