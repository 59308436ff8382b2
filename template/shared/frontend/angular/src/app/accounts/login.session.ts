/** A login that the browser keeps as a cookie. */

import { HttpClient } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { answer } from '../answer';

/** Begins and ends it. */
@Injectable({ providedIn: 'root' })
export class Login {
  private readonly http = inject(HttpClient);

  /** Has the server set the cookie. */
  async begin(email: string, password: string): Promise<void> {
    await answer(this.http.post('/auth/login', { email, password }));
  }

  /** Has the server end what the cookie stands for. */
  async end(): Promise<void> {
    await answer(this.http.post('/auth/logout', null));
  }

  /** Has nothing to forget: the cookie is out of reach, and worth nothing any more. */
  forget(): void {
    return;
  }

  /** Says that there may be one, for only the server can see the cookie. */
  isKept(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
