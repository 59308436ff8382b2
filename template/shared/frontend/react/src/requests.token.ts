/** Requests: each carries a token that says whose it is. */

import { forgetAccount } from './accounts/known';
import { Tokens } from './core/tokens';

/** The tokens of who is signed in. */
export const tokens = new Tokens();

/** Sends a request, and takes note when nobody is signed in any more. */
export async function send(request: Request): Promise<Response> {
  const token = await tokens.access();
  if (token !== null) request.headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(request);
  if (response.status === 401) {
    tokens.forget();
    forgetAccount();
  }
  return response;
}
