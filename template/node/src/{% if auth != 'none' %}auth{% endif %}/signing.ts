/** Signing in: who has to, what those are answered who have not, and how it is done. */

import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { App } from '../app.ts';
import { Problem } from '../errors.ts';
import { checkAttempt, tooMany } from './failures.ts';
import type { Login, User } from './model.ts';
import type { Account, SignIn } from './schemas.ts';

/** Lets nobody pass to some of the addresses who is not signed in. */
export function requireLogin(app: App, guards: (method: string, path: string) => boolean): void {
  const { logins } = app;
  app.gates.push({
    guards,
    scheme: logins.scheme,
    problem: notSignedIn(app),
    handler: async (request, response, next) => {
      const login = await logins.meet(request, response);
      if (!login) throw notSignedIn(app, request);
      response.locals.login = login;
      next();
    },
  });
}

/** The login with which a request came that has passed. */
export function loginOf(response: Response): Login {
  return response.locals.login as Login;
}

/** What is answered who is not signed in. */
export function notSignedIn(app: App, request?: Request): Problem {
  return unauthorized('Sign in first.', app.logins.challenge(request));
}

/** What an operation that signs people in may answer them. */
export function signInProblems(app: App): Record<number, Problem> {
  return { 401: wrong(app), 429: tooMany() };
}

/** Signs somebody in who knows the password of an account, and returns the account. */
export async function signIn(
  app: App,
  { email, password }: z.output<typeof SignIn>,
  { ip: address = '' }: Request,
  { locals }: Response,
): Promise<User> {
  const { user, right } = await checkAttempt(app, { email, password, address });
  if (user && right) return user;
  const facts = { ...(user && { user: user.id }), request_id: locals.requestId };
  app.log.warning(facts, 'sign-in refused');
  throw wrong(app);
}

/** An account as its owner sees it. */
export function show({ id, email, name }: User): z.output<typeof Account> {
  return { id, email, name };
}

/** A refusal that says what to bring. */
export function unauthorized(detail: string, challenge: string): Problem {
  return new Problem(401, detail, { headers: { 'WWW-Authenticate': challenge } });
}

function wrong({ logins }: App): Problem {
  return unauthorized('E-mail or password is wrong.', logins.challenge());
}
