/** What was done, to be said on the screen that is gone to afterwards. */

import { Injectable } from '@angular/core';

/** Keeps one notice until it is shown. */
@Injectable({ providedIn: 'root' })
export class Notices {
  private text = '';

  /** Leaves a notice for the next screen. */
  leave(text: string): void {
    this.text = text;
  }

  /** Takes the notice that was left, once. */
  take(): string {
    const text = this.text;
    this.text = '';
    return text;
  }
}
