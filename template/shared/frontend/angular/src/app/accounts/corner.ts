/** The corner of the header that says who is signed in. */

import { Component, inject, signal } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { explain } from '../../core/problems';
import { Accounts } from './accounts';

/** A name and the way out, or the ways in; nothing where it is not known who this is. */
@Component({
  selector: 'app-corner',
  imports: [RouterLink, RouterLinkActive],
  templateUrl: './corner.html',
  host: { class: 'who' },
})
export class Corner {
  protected readonly accounts = inject(Accounts);
  protected readonly alert = signal('');

  /** Signs out. */
  protected async signOut(): Promise<void> {
    this.alert.set('');
    try {
      await this.accounts.signOut();
    } catch (error) {
      this.alert.set(explain(error));
    }
  }
}
