/** Accounts: signing up, in and out. */

import { inject, provideAppInitializer } from '@angular/core';
import type { Screen } from '../screen';
import { Accounts } from './accounts';
import { Corner } from './corner';
import { interceptors } from './requests';

/** Where one signs in, and what is asked of the server at the start: who this is. */
export const accounts: Screen = {
  corner: Corner,
  interceptors,
  providers: [provideAppInitializer(() => inject(Accounts).whoIsIt())],
  routes: [
    {
      path: 'sign-in',
      title: 'Sign in',
      loadComponent: () => import('./sign-in').then(({ SignIn }) => SignIn),
    },
    {
      path: 'sign-up',
      title: 'Sign up',
      loadComponent: () => import('./sign-up').then(({ SignUp }) => SignUp),
    },
  ],
};
