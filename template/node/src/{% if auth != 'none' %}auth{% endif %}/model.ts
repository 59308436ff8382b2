/** What an account and a login are, and what every store of accounts can do. */

import type { Request, Response } from 'express';
import type { Gate } from '../routes.ts';

/** Somebody who has an account. */
export interface User {
  id: string;
  /** As it was given; two that differ only in case are one. */
  email: string;
  name: string;
  password_hash: string;
}

/** That somebody is signed in. */
export interface Login {
  /** Names the login wherever it is spoken of; nobody can sign in with it. */
  id: string;
  user: User;
  /** When it ends by itself, in milliseconds, where that is known. */
  until?: number;
}

/** What finds out who is signed in. */
export interface Logins {
  /** What a request has to bring, as the document tells of it. */
  readonly scheme: NonNullable<Gate['scheme']>;
  /** What whoever is not signed in is told to bring. */
  challenge(request?: Request): string;
  /** Returns the login with which a request comes, if it comes with one that has not ended. */
  meet(request: Request, response: Response): Promise<Login | undefined>;
  /** Returns the login that a client claims to have, if it has not ended. */
  find(claim: string | undefined): Promise<Login | undefined>;
  /** Returns those of some logins that have not ended. */
  living(ids: string[]): Promise<string[]>;
}

/** A store of accounts. */
export interface Users {
  /** Adds an account, or returns undefined where there is one with this address. */
  add(email: string, name: string, passwordHash: string): Promise<User | undefined>;
  /** Returns the account with an address. */
  withEmail(email: string): Promise<User | undefined>;
  /** Returns an account. */
  get(id: string): Promise<User | undefined>;
  /** Changes how the password of an account is kept. */
  rehash(id: string, passwordHash: string): Promise<void>;
}

/** A store of the attempts to sign in that have failed, or are under way. */
export interface Failures {
  /** Adds an attempt for each of some subjects, and returns the ids of these attempts. */
  add(subjects: string[], at: Date): Promise<string[]>;
  /** Returns when there were attempts for a subject, the newest first. */
  latest(subject: string, since: Date, limit: number): Promise<Date[]>;
  /** Removes attempts. */
  remove(ids: string[]): Promise<void>;
  /** Removes some of the attempts that are older than this. */
  forget(before: Date): Promise<void>;
}

/** How much of what is over is removed at once. */
export const MOST_FORGOTTEN = 1000;

declare module '../app.ts' {
  interface App {
    readonly users: Users;
    readonly failures: Failures;
    readonly logins: Logins;
  }
}

declare module '../events.ts' {
  interface Announcements {
    /** A login has ended before its time. */
    login_ended: { login: string };
  }
}

declare global {
  namespace Express {
    interface Locals {
      /** Who sends the request, where that was asked. */
      login?: Login;
    }
  }
}

/** Addresses are compared by this. */
export function keyOf(email: string): string {
  return email.toLowerCase();
}
