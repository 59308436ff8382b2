/** Clients of the API: every call and answer has the types of its document. */

import createClient from 'openapi-fetch';
import { send } from './requests';
import { Problem, problemIn, Silence } from './core/problems';

/** Makes a client of some paths, which calls the server that this page came from. */
export function clientOf<Paths extends object>() {
  return createClient<Paths>({ baseUrl: location.origin, fetch: send });
}

/** What a call comes to. */
interface Outcome<Data> {
  data?: Data | undefined;
  error?: unknown;
  response: Response;
}

/** Returns what a call brings, with its headers, or throws the problem that it has. */
export async function outcomeOf<Data>(
  call: Promise<Outcome<Data>>,
): Promise<{ data: Data; headers: Headers }> {
  const { data, error, response } = await call.catch((failure: unknown) => {
    throw failure instanceof Problem ? failure : new Silence();
  });
  if (!response.ok) throw problemIn(error);
  return { data: data as Data, headers: response.headers };
}
