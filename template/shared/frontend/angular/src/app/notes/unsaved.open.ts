/** What was typed and not saved: nothing comes between the two. */

import { Injectable } from '@angular/core';
import type { Opened } from './api';

/** Knows of nothing that could not be saved. */
@Injectable({ providedIn: 'root' })
export class UnsavedNote {
  /** Returns what is left of before: nothing. */
  take(): Opened | null {
    return null;
  }

  /** Waits until something is saved. */
  async saved(_typed: Opened, saving: Promise<unknown>): Promise<void> {
    await saving;
  }
}
