/** Signing in. */

import { Component, inject, input, signal } from '@angular/core';
import { FormRoot } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import { localPath } from '../../core/next';
import { Field } from '../forms/field';
import { injectSending } from '../forms/sending';
import { Accounts } from './accounts';

/** The form for it; afterwards one is where one wanted to go. */
@Component({
  selector: 'app-sign-in',
  imports: [Field, FormRoot, RouterLink],
  templateUrl: './sign-in.html',
})
export class SignIn {
  readonly next = input<string>();

  private readonly accounts = inject(Accounts);
  private readonly router = inject(Router);
  private readonly draft = signal({ email: '', password: '' });
  protected readonly sending = injectSending(this.draft, async ({ email, password }) => {
    await this.accounts.signIn(email, password);
    await this.router.navigateByUrl(localPath(this.next()));
  });
}
