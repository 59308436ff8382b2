/** The chat of people with accounts. */

import { Component, computed, DestroyRef, inject } from '@angular/core';
import { Accounts } from '../accounts/accounts';
import { injectCredentials } from '../credentials';
import { CONNECT_CHAT } from './entrance';
import { Talk } from './talk';

/** Lets in who is signed in, with the name of the account. */
@Component({
  selector: 'app-chat',
  imports: [Talk],
  templateUrl: './chat.html',
})
export class Chat {
  protected readonly connection = inject(CONNECT_CHAT)(injectCredentials());
  private readonly me = inject(Accounts).me;
  protected readonly name = computed(() => this.me()?.name ?? '');

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.connection.close();
    });
  }
}
