/** Requests: the browser says by a cookie whose they are. */

import { forgetAccount } from './accounts/known';

/** Sends a request, and takes note when nobody is signed in any more. */
export async function send(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.status === 401) forgetAccount();
  return response;
}
