/** Tokens: a short-lived one for each request, kept in memory, and the one that brings the next, kept by the tab. */

import { Problem, problemIn, Silence } from './problems';

const KEPT_AS = 'refresh_token';

/** How long before its end a token is replaced. */
const EARLY_MS = 30_000;

/** The tokens as the server gives them. */
interface Pair {
  access_token: string;
  expires_in: number;
  refresh_token: string;
}

/** The tokens of who is signed in, if anybody is. */
export class Tokens {
  readonly #kept: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly #send: typeof fetch;
  #access: { token: string; until: number } | null = null;
  #refreshing: Promise<string | null> | null = null;

  constructor(
    kept: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = sessionStorage,
    send: typeof fetch = (...asked) => fetch(...asked),
  ) {
    this.#kept = kept;
    this.#send = send;
  }

  /** Gets tokens for who knows the password. */
  async signIn(email: string, password: string): Promise<void> {
    this.#keep(await this.#ask<Pair>('/auth/token', { email, password }));
  }

  /** Returns a token for a request, or null where nobody is signed in. */
  async access(): Promise<string | null> {
    if (this.#access && Date.now() < this.#access.until) return this.#access.token;
    // The one that brings the next works once: those who wait share what it brings.
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Forgets the tokens, here and on the server. */
  async signOut(): Promise<void> {
    await this.#refreshing?.catch(() => {});
    const token = this.#kept.getItem(KEPT_AS);
    if (token !== null) await this.#ask('/auth/token/revoke', { refresh_token: token });
    this.forget();
  }

  /** Forgets the tokens here. */
  forget(): void {
    this.#access = null;
    this.#kept.removeItem(KEPT_AS);
  }

  async #refresh(): Promise<string | null> {
    const token = this.#kept.getItem(KEPT_AS);
    if (token === null) return null;
    try {
      const pair = await this.#ask<Pair>('/auth/token/refresh', { refresh_token: token });
      this.#keep(pair);
      return pair.access_token;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      this.forget();
      return null;
    }
  }

  #keep({ access_token: token, expires_in: seconds, refresh_token: next }: Pair): void {
    this.#access = { token, until: Date.now() + seconds * 1000 - EARLY_MS };
    this.#kept.setItem(KEPT_AS, next);
  }

  async #ask<Brought>(path: string, body: object): Promise<Brought> {
    const headers = { 'Content-Type': 'application/json' };
    const asked = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await this.#send(path, asked).catch(() => {
      throw new Silence();
    });
    const brought: unknown = await answer.json().catch(() => undefined);
    if (!answer.ok) throw problemIn(brought);
    return brought as Brought;
  }
}
