import { render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { MemoryRouter, Route, Routes } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';
import { Page } from '../page';
import { Queries, queries } from '../queries';
import { send } from '../requests';
import { Problem } from '../core/problems';
import { problem, serve } from '../testing';
import { signIn } from './login';
import SignIn from './sign-in';
import SignUp from './sign-up';
import { SignedIn } from './signed-in';
import { Who } from './who';

// Signing in has its own tests; here it works, unless a test says otherwise.
vi.mock('./login', () => ({
  isSomebody: async () => true,
  signIn: vi.fn(async () => {}),
  signOut: vi.fn(async () => {}),
}));

const ann = { id: '1', email: 'ann@example.org', name: 'Ann' };
const nobody = () => problem(401, 'Nobody is signed in.');

function show(path: string) {
  render(
    <Queries>
      <MemoryRouter initialEntries={[path]}>
        <header>
          <Who />
        </header>
        <Routes>
          <Route index element={<Page title="Home" />} />
          <Route path="/sign-in" element={<SignIn />} />
          <Route path="/sign-up" element={<SignUp />} />
          <Route element={<SignedIn />}>
            <Route path="/secret" element={<Page title="Secret" />} />
          </Route>
        </Routes>
      </MemoryRouter>
    </Queries>,
  );
}

const fill = async (label: string, text: string) =>
  userEvent.type(screen.getByLabelText(label), text);

beforeEach(() => {
  queries.clear();
  vi.mocked(signIn).mockReset();
});

it('who is not signed in is asked to, and then is where they wanted to be', async () => {
  const me = vi.fn(nobody);
  serve({ 'GET /auth/me': me });
  show('/secret');
  await screen.findByRole('heading', { level: 1, name: 'Sign in' });
  me.mockReturnValue({ body: ann } as never);
  await fill('E-mail', ann.email);
  await fill('Password', 'a long walk{Enter}');
  await screen.findByRole('heading', { level: 1, name: 'Secret' });
  expect(signIn).toHaveBeenCalledWith(ann.email, 'a long walk');
  expect(screen.getByText('Ann')).toBeTruthy();
});

it('a login that has ended is noticed by what the API answers', async () => {
  serve({ 'GET /auth/me': () => ({ body: ann }), 'GET /api/v1/things': nobody });
  show('/secret');
  await screen.findByRole('heading', { level: 1, name: 'Secret' });
  await send(new Request(new URL('/api/v1/things', origin)));
  await screen.findByRole('heading', { level: 1, name: 'Sign in' });
});

it('nobody is led to another site', async () => {
  serve({ 'GET /auth/me': () => ({ body: ann }) });
  show('/sign-in?next=//example.org');
  await screen.findByRole('heading', { level: 1, name: 'Home' });
});

it('who is wrong is told so, and keeps the address', async () => {
  serve({ 'GET /auth/me': nobody });
  const { body } = problem(401, 'E-mail and password do not belong together.');
  vi.mocked(signIn).mockRejectedValue(new Problem(body as never));
  show('/sign-in');
  await fill('E-mail', ann.email);
  await fill('Password', 'wrong{Enter}');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toBe('E-mail and password do not belong together.');
  expect(screen.getByLabelText<HTMLInputElement>('E-mail').value).toBe(ann.email);
});

it('who makes an account is signed in', async () => {
  serve({ 'GET /auth/me': nobody, 'POST /auth/register': () => ({ status: 201, body: ann }) });
  show('/sign-up');
  await fill('Name', 'Ann');
  await fill('E-mail', ann.email);
  await fill('Password', 'a long walk{Enter}');
  await screen.findByRole('heading', { level: 1, name: 'Home' });
  expect(signIn).toHaveBeenCalledWith(ann.email, 'a long walk');
});

it('who has no account yet makes one, and then is where they wanted to be', async () => {
  serve({ 'GET /auth/me': nobody, 'POST /auth/register': () => ({ status: 201, body: ann }) });
  show('/secret');
  await screen.findByRole('heading', { level: 1, name: 'Sign in' });
  await userEvent.click(within(screen.getByRole('main')).getByRole('link', { name: 'Sign up' }));
  await userEvent.click(within(screen.getByRole('main')).getByRole('link', { name: 'Sign in' }));
  await userEvent.click(within(screen.getByRole('main')).getByRole('link', { name: 'Sign up' }));
  await fill('Password', 'a long walk{Enter}');
  await screen.findByRole('heading', { level: 1, name: 'Secret' });
});

it('the header marks where one comes in', async () => {
  serve({ 'GET /auth/me': nobody });
  show('/sign-up');
  const links = await within(screen.getByRole('banner')).findAllByRole('link');
  expect(links.map((link) => link.getAttribute('aria-current'))).toEqual([null, 'page']);
});

it('an address that is taken is said to be', async () => {
  const taken = () => problem(409, 'There is an account with this e-mail address.');
  serve({ 'GET /auth/me': nobody, 'POST /auth/register': taken });
  show('/sign-up');
  await fill('Password', 'a long walk{Enter}');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toBe('There is an account with this e-mail address.');
  expect(signIn).not.toHaveBeenCalled();
});
