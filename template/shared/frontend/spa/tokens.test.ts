import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem, Silence } from './problems';
import { Tokens } from './tokens';

const refused = {
  type: 'about:blank',
  title: 'Unauthorized',
  status: 401,
  detail: 'This is not valid.',
  instance: '/auth/token',
  request_id: 'r1',
};

/** Tokens whose server is this test, and the tab that keeps them. */
function openTokens(kept: Record<string, string> = {}) {
  const tab = new Map(Object.entries(kept));
  const storage = {
    getItem: (name: string) => tab.get(name) ?? null,
    setItem: (name: string, value: string) => void tab.set(name, value),
    removeItem: (name: string) => void tab.delete(name),
  };
  let given = 0;
  const send = vi.fn(async (_path: unknown, _asked?: RequestInit) => {
    given += 1;
    return Response.json({
      access_token: `access ${given}`,
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: `refresh ${given}`,
    });
  });
  return { tab, send, tokens: new Tokens(storage, send) };
}

describe('tokens', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('nobody has one who has not signed in', async () => {
    const { tokens, send } = openTokens();
    expect(await tokens.access()).toBeNull();
    expect(send).not.toHaveBeenCalled();
  });

  it('who signs in has one, and the tab keeps what brings the next', async () => {
    const { tokens, send, tab } = openTokens();
    await tokens.signIn('ann@example.org', 'a long walk');
    expect(send).toHaveBeenCalledWith('/auth/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"email":"ann@example.org","password":"a long walk"}',
    });
    expect(await tokens.access()).toBe('access 1');
    expect([...tab.values()]).toEqual(['refresh 1']);
  });

  it('shortly before it ends there is another', async () => {
    const { tokens, tab } = openTokens();
    await tokens.signIn('ann@example.org', 'a long walk');
    vi.advanceTimersByTime(871_000);
    expect(await tokens.access()).toBe('access 2');
    expect([...tab.values()]).toEqual(['refresh 2']);
  });

  it('those who ask at once share one', async () => {
    const { tokens, send } = openTokens({ refresh_token: 'refresh 0' });
    const [one, other] = await Promise.all([tokens.access(), tokens.access()]);
    expect([one, other]).toEqual(['access 1', 'access 1']);
    expect(send).toHaveBeenCalledOnce();
  });

  it('one that is no longer valid is forgotten', async () => {
    const { tokens, send, tab } = openTokens({ refresh_token: 'refresh 0' });
    send.mockResolvedValueOnce(Response.json(refused, { status: 401 }));
    expect(await tokens.access()).toBeNull();
    expect(tab.size).toBe(0);
  });

  it('one is kept while the server does not answer', async () => {
    const { tokens, send, tab } = openTokens({ refresh_token: 'refresh 0' });
    send.mockRejectedValueOnce(new TypeError('fetch failed'));
    await expect(tokens.access()).rejects.toBeInstanceOf(Silence);
    expect([...tab.values()]).toEqual(['refresh 0']);
    expect(await tokens.access()).toBe('access 1');
  });

  it('who is wrong is told so', async () => {
    const { tokens, send } = openTokens();
    send.mockResolvedValueOnce(Response.json(refused, { status: 401 }));
    await expect(tokens.signIn('ann@example.org', 'wrong')).rejects.toBeInstanceOf(Problem);
  });

  it('who signs out has none, and the server knows none', async () => {
    const { tokens, send, tab } = openTokens();
    await tokens.signIn('ann@example.org', 'a long walk');
    send.mockResolvedValueOnce(new Response(null, { status: 204 }));
    await tokens.signOut();
    expect(send.mock.lastCall?.[0]).toBe('/auth/token/revoke');
    expect(send.mock.lastCall?.[1]?.body).toBe('{"refresh_token":"refresh 1"}');
    expect(tab.size).toBe(0);
    expect(await tokens.access()).toBeNull();
  });
});
