/** Signing up. */

import { Component, inject, input, signal } from '@angular/core';
import { FormRoot } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import { localPath } from '../../core/next';
import { Field } from '../forms/field';
import { injectSending } from '../forms/sending';
import { Accounts } from './accounts';

/** The form for it; afterwards one is signed in, and where one wanted to go. */
@Component({
  selector: 'app-sign-up',
  imports: [Field, FormRoot, RouterLink],
  templateUrl: './sign-up.html',
})
export class SignUp {
  readonly next = input<string>();

  private readonly accounts = inject(Accounts);
  private readonly router = inject(Router);
  private readonly draft = signal({ name: '', email: '', password: '' });
  protected readonly sending = injectSending(this.draft, async (account) => {
    await this.accounts.signUp(account);
    await this.router.navigateByUrl(localPath(this.next()));
  });
}
