import { act, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { Link, MemoryRouter, Route, Routes } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';
import { forgetAccount, rememberAccount } from '../accounts/known';
import SignIn from '../accounts/sign-in';
import { SignedIn } from '../accounts/signed-in';
import { Page } from '../page';
import { Queries, queries } from '../queries';
import { type Answer, problem, serve } from '../testing';
import Editor from './editor';

// What others do is another test's subject.
vi.mock('./news', () => ({ freshness: {}, useNews: () => {} }));

const ann = { id: 'a', email: 'ann@example.org', name: 'Ann' };
const ben = { id: 'b', email: 'ben@example.org', name: 'Ben' };
const tea = { id: '1', title: 'Tea', body: 'Green.', author_id: 'a' };
const nobody = () => problem(401, 'Nobody is signed in.');

function show(path: string) {
  render(
    <Queries>
      <MemoryRouter initialEntries={[path]}>
        <Routes>
          <Route path="/sign-in" element={<SignIn />} />
          <Route element={<SignedIn />}>
            <Route
              path="/notes"
              element={<Page title="Notes" beside={<Link to="new">New</Link>} />}
            />
            <Route path="/notes/new" element={<Editor />} />
            <Route path="/notes/:id/edit" element={<Editor />} />
          </Route>
        </Routes>
      </MemoryRouter>
    </Queries>,
  );
}

const click = (name: string, role = 'button') => userEvent.click(screen.getByRole(role, { name }));
const text = async (label: string) =>
  (await screen.findByLabelText<HTMLInputElement | HTMLTextAreaElement>(label)).value;

/** Saves where nobody is signed in any more, and signs in again. */
async function saveAndComeBack(account: typeof ann) {
  await click('Save');
  await screen.findByRole('heading', { level: 1, name: 'Sign in' });
  act(() => rememberAccount(account));
}

beforeEach(() => {
  queries.clear();
  rememberAccount(ann);
});

it('what was typed when the login ended is there again, once', async () => {
  const create = vi.fn<() => Answer>(nobody);
  serve({ 'POST /api/v1/notes': create });
  show('/notes/new');
  await userEvent.type(await screen.findByLabelText('Title'), 'Milk');
  await userEvent.type(screen.getByLabelText('Text'), 'Two{Enter}litres.');
  for (let times = 0; times < 2; times += 1) {
    await saveAndComeBack(ann);
    expect([await text('Title'), await text('Text')]).toEqual(['Milk', 'Two\nlitres.']);
  }
  create.mockReturnValue({ status: 201, body: tea });
  await click('Save');
  await screen.findByRole('heading', { level: 1, name: 'Notes' });
  expect(create).toHaveBeenLastCalledWith({ title: 'Milk', body: 'Two\nlitres.' });
  await click('New', 'link');
  expect([await text('Title'), await text('Text')]).toEqual(['', '']);
});

it('so it is where the end was noticed before anybody saved', async () => {
  serve({});
  show('/notes/new');
  await userEvent.type(await screen.findByLabelText('Title'), 'Milk');
  act(forgetAccount);
  await screen.findByRole('heading', { level: 1, name: 'Sign in' });
  act(() => rememberAccount(ann));
  expect(await text('Title')).toBe('Milk');
});

it('who does not want it any more cancels', async () => {
  serve({ 'POST /api/v1/notes': nobody });
  show('/notes/new');
  await userEvent.type(await screen.findByLabelText('Title'), 'Milk');
  await saveAndComeBack(ann);
  expect(await text('Title')).toBe('Milk');
  await click('Cancel', 'link');
  await click('New', 'link');
  expect(await text('Title')).toBe('');
});

it('another account does not get it', async () => {
  serve({ 'POST /api/v1/notes': nobody });
  show('/notes/new');
  await userEvent.type(await screen.findByLabelText('Title'), 'Milk');
  await saveAndComeBack(ben);
  expect(await text('Title')).toBe('');
});

it('a note is changed in the version that it was typed against', async () => {
  const read = vi.fn(() => ({ body: tea, headers: { ETag: '"3"' } }));
  const change = vi.fn<() => Answer>(nobody);
  serve({ 'GET /api/v1/notes/1': read, 'PATCH /api/v1/notes/1': change });
  show('/notes/1/edit');
  await userEvent.type(await screen.findByLabelText('Text'), ' Hot.');
  read.mockReturnValue({ body: { ...tea, body: 'Black.' }, headers: { ETag: '"4"' } });
  await saveAndComeBack(ann);
  expect([await text('Title'), await text('Text')]).toEqual(['Tea', 'Green. Hot.']);
  change.mockReturnValue(problem(412, 'The note has changed since you read it.'));
  const sent = vi.spyOn(globalThis, 'fetch');
  await click('Save');
  await screen.findByText(/^Somebody changed this note meanwhile/);
  const [request] = sent.mock.lastCall ?? [];
  expect((request as Request).headers.get('If-Match')).toBe('"3"');
  expect(await text('Text')).toBe('Green. Hot.');
});

it('what was refused for another reason is not kept', async () => {
  serve({ 'POST /api/v1/notes': () => problem(422, 'It is not valid.') });
  show('/notes/new');
  await userEvent.type(await screen.findByLabelText('Text'), 'It has no title.');
  await click('Save');
  await screen.findByRole('alert');
  await click('Cancel', 'link');
  await click('New', 'link');
  expect(await text('Text')).toBe('');
});
