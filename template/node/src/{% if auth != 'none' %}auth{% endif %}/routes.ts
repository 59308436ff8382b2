/** The accounts over HTTP: make one, and see whose one is. */

import type { Response } from 'express';
import type { z } from 'zod';
import { mount, operation } from '../api/operations.ts';
import type { App } from '../app.ts';
import { Problem } from '../errors.ts';
import type { User } from './model.ts';
import { hash, inTurn } from './passwords.ts';
import { Account, NewAccount } from './schemas.ts';
import { loginOf, requireLogin, show } from './signing.ts';

/** What is answered where an address has an account. */
export const taken = 'There is an account with this e-mail address.';

/** An account, as an example. */
export const example = {
  id: '019aab5f-3c00-7000-8000-000000000001',
  email: 'ann@example.org',
  name: 'Ann',
};

/** Adds the operations on accounts. */
export function accounts(app: App): void {
  requireLogin(app, (_method, path) => path === '/auth/me');

  const register = operation(
    {
      tag: 'auth',
      path: '/auth/register',
      id: 'register',
      method: 'POST',
      summary: 'Make an account',
      body: {
        schema: NewAccount,
        example: {
          email: example.email,
          password: 'a long walk over the hill 7',
          name: example.name,
        },
      },
      fault: { path: '/email', message: 'This must be an e-mail address.' },
      answers: { 201: { description: 'The new account.', schema: Account, example } },
      problems: { 409: taken },
    },
    async ({ body, response }) => {
      const user = await makeAccount(app, body, response);
      return { status: 201, body: show(user) };
    },
  );

  const me = operation(
    {
      tag: 'auth',
      path: '/auth/me',
      id: 'me',
      method: 'GET',
      summary: 'Who is signed in?',
      answers: {
        200: { description: 'The account of who asks.', schema: Account, example },
      },
    },
    async ({ response }) => ({ status: 200, body: show(loginOf(response).user) }),
  );

  mount(app, [register, me]);
}

/** Adds the account that a request asks for, where there is none with this address. */
export async function makeAccount(
  app: App,
  account: z.output<typeof NewAccount>,
  { locals }: Response,
): Promise<User> {
  const user = await addAccount(app, account);
  if (!user) throw new Problem(409, taken);
  app.log.info({ user: user.id, request_id: locals.requestId }, 'account made');
  return user;
}

/** Adds an account, or returns undefined where there is one with this address. */
export async function addAccount(
  { users }: Pick<App, 'users'>,
  { email, password, name }: { email: string; password: string; name: string },
) {
  return users.add(email, name, await inTurn(() => hash(password)));
}
