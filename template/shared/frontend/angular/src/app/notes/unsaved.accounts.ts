/** What was typed when a login ended: it is there again when the same account is, from memory alone. */

import { inject, Injectable } from '@angular/core';
import { Router } from '@angular/router';
import { Problem } from '../../core/problems';
import { Unsaved } from '../../core/unsaved';
import { Accounts } from '../accounts/accounts';
import type { Opened } from './api';

/** Knows what could not be saved. */
@Injectable({ providedIn: 'root' })
export class UnsavedNote {
  private readonly me = inject(Accounts).me;
  private readonly router = inject(Router);
  private readonly unsaved = new Unsaved<Opened>();

  /** Returns what was typed at this address when the login ended, once. */
  take(): Opened | null {
    const found = this.unsaved.find(this.me()?.id, this.router.url);
    this.unsaved.forget();
    return found;
  }

  /** Waits until something is saved, and keeps it where the login turns out to have ended. */
  async saved(typed: Opened, saving: Promise<unknown>): Promise<void> {
    const author = this.me()?.id ?? '';
    const path = this.router.url;
    try {
      await saving;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.unsaved.keep(author, path, typed);
      throw error;
    }
  }
}
