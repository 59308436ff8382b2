/** A login by tokens. */

import { Injectable } from '@angular/core';
import { Tokens } from '../../core/tokens';

/** Begins and ends it, and has the tokens for requests. */
@Injectable({ providedIn: 'root' })
export class Login {
  readonly tokens = new Tokens();

  /** Gets tokens. */
  begin(email: string, password: string): Promise<void> {
    return this.tokens.signIn(email, password);
  }

  /** Has the server end what the tokens stand for. */
  end(): Promise<void> {
    return this.tokens.signOut();
  }

  /** Forgets tokens that are worth nothing any more. */
  forget(): void {
    this.tokens.forget();
  }

  /** Says whether there are tokens that the server believes. */
  async isKept(): Promise<boolean> {
    return (await this.tokens.access()) !== null;
  }
}
