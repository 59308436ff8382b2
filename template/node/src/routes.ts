/** Addresses: each answers its methods, lists them for OPTIONS and refuses the others. */

import type { Request, RequestHandler, Response } from 'express';
import type { App } from './app.ts';
import { Problem } from './errors.ts';

/** The methods that an address may answer to. */
export type Method = 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';

/** Refuses some of the requests for the addresses that it guards. */
export interface Gate {
  guards: (method: string, path: string) => boolean;
  handler: RequestHandler;
  /** What those are answered that are refused. */
  problem: Problem;
  /** What a request has to bring to pass, as the document tells of it. */
  scheme?: { name: string; meaning: Record<string, string> };
}

/** Puts handlers at an address, one for each of its methods; HEAD goes with GET, OPTIONS with all. */
export function address(
  app: App,
  path: string,
  handlers: Partial<Record<Method, RequestHandler>>,
): void {
  const own = Object.keys(handlers);
  const methods = [...own, 'OPTIONS', ...(handlers.GET ? ['HEAD'] : [])].sort();
  const route = app.express.route(path);
  for (const [method, handler] of Object.entries(handlers)) {
    const gates = app.gates.filter((gate) => gate.guards(method, path));
    route[method.toLowerCase() as 'get'](...gates.map((gate) => gate.handler), handler);
  }
  route.options((request, response) => {
    app.answerOptions(request, response, methods);
    response.statusCode = 204;
    response.end();
  });
  route.all((request) => {
    throw new Problem(405, `This address does not answer to ${request.method}.`, {
      headers: { Allow: methods.join(', ') },
    });
  });
  app.addresses.set(path, own);
}

/** Answers OPTIONS with the methods of the address. */
export function allowMethods(_request: Request, response: Response, methods: string[]): void {
  response.setHeader('Allow', methods.join(', '));
}
