/** Who is signed in. */

import { HttpClient } from '@angular/common/http';
import { inject, Injectable, signal } from '@angular/core';
import { Router } from '@angular/router';
import { Problem } from '../../core/problems';
import type { components } from '../../core/schema/auth';
import { answer } from '../answer';
import { Login } from './login';

/** Somebody, as the server knows them. */
export type Account = components['schemas']['Account'];

/** What somebody signs up with. */
export type NewAccount = components['schemas']['NewAccount'];

/** Knows who is signed in, and changes it. */
@Injectable({ providedIn: 'root' })
export class Accounts {
  private readonly http = inject(HttpClient);
  private readonly login = inject(Login);
  private readonly router = inject(Router);
  private readonly known = signal<Account | null | undefined>(undefined);

  /** Who it is: null is nobody; undefined stands for not being known, for the server did not answer. */
  readonly me = this.known.asReadonly();

  /** Returns who it is, and asks the server where that is not known. */
  async whoIsIt(): Promise<Account | null | undefined> {
    if (this.me() === undefined) this.known.set(await this.ask());
    return this.me();
  }

  /** Signs in who knows the password. */
  async signIn(email: string, password: string): Promise<void> {
    await this.login.begin(email, password);
    this.known.set(await answer(this.http.get<Account>('/auth/me')));
  }

  /** Makes an account and signs in with it. */
  async signUp(account: NewAccount): Promise<void> {
    await answer(this.http.post('/auth/register', account));
    await this.signIn(account.email, account.password);
  }

  /** Ends the login, on the server too. */
  async signOut(): Promise<void> {
    await this.login.end();
    this.known.set(null);
    await this.router.navigateByUrl('/');
  }

  /** Has somebody sign in again whose login has ended, and come back to where they were. */
  expire(): void {
    // Who asked more than once is told so more than once.
    if (this.me() === null) return;
    this.login.forget();
    this.known.set(null);
    const next = this.router.url;
    void this.router.navigate(['/sign-in'], { queryParams: { next } });
  }

  private async ask(): Promise<Account | null | undefined> {
    try {
      if (!(await this.login.isKept())) return null;
      return await answer(this.http.get<Account>('/auth/me'));
    } catch (error) {
      return error instanceof Problem && error.status === 401 ? null : undefined;
    }
  }
}
