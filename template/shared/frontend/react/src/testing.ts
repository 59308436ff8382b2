/** What every test begins and ends with, and the server that stands behind it. */

import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

// A busy machine needs its time.
configure({ asyncUtilTimeout: 10_000 });

beforeEach(() => {
  // There is nothing to be seen, and so nothing to scroll.
  vi.stubGlobal('scrollTo', () => {});
  Element.prototype.scrollTo = () => {};
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

/** What a call is answered: a body, with a status of its own or 200. */
export interface Answer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Puts a server behind the test: it answers calls by method and path, and remembers what they carried. */
export function serve(answers: Record<string, (carried: unknown) => Answer>) {
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (asked: Request | string | URL, init?: RequestInit) => {
    const request = asked instanceof Request ? asked : new Request(new URL(asked, origin), init);
    const { pathname, search } = new URL(request.url);
    const call = `${request.method} ${pathname}${search}`;
    calls.push(call);
    const text = await request.text();
    const answer = answers[call]?.(text && JSON.parse(text));
    if (!answer) throw new TypeError(`nobody answers ${call}`);
    const { status = 200, body, headers = {} } = answer;
    return status === 204
      ? new Response(null, { status })
      : Response.json(body, { status, headers });
  });
  return calls;
}

/** A problem as the server writes it. */
export function problem(
  status: number,
  detail: string,
  errors?: { path: string; message: string }[],
): Answer {
  const known = { type: 'about:blank', title: 'Problem', instance: '/', request_id: 'r1' };
  return { status, body: { ...known, status, detail, ...(errors ? { errors } : {}) } };
}
