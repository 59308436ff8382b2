/** The query of a request, as its parameters are checked. */

import type { Request } from 'express';

/** The query of a request, as it was sent. */
export function queryOf({ originalUrl }: Request): URLSearchParams {
  const [, query = ''] = originalUrl.split(/(\?.*)/s);
  return new URLSearchParams(query);
}

/** The query of a request: a text for each parameter, or a list where it was repeated. */
export function readQuery(request: Request): Record<string, string | string[]> {
  const parameters = queryOf(request);
  const values = [...new Set(parameters.keys())].map((name) => {
    const all = parameters.getAll(name);
    return [name, all.length === 1 ? all[0] : all];
  });
  return Object.fromEntries(values);
}
