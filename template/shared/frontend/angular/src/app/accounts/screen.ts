/** Accounts: signing up, in and out. */

import { inject, provideAppInitializer } from '@angular/core';
import { type CanActivateFn, Router } from '@angular/router';
import { localPath } from '../../core/next';
import type { Screen } from '../screen';
import { Accounts } from './accounts';
import { Corner } from './corner';
import { interceptors } from './requests';

/** Leads on who is signed in already. */
const signedOut: CanActivateFn = async ({ queryParamMap }) => {
  const accounts = inject(Accounts);
  const router = inject(Router);
  return !(await accounts.whoIsIt()) || router.parseUrl(localPath(queryParamMap.get('next')));
};

/** Where one signs in, and what is asked of the server at the start: who this is. */
export const accounts: Screen = {
  corner: Corner,
  interceptors,
  providers: [provideAppInitializer(() => inject(Accounts).whoIsIt())],
  routes: [
    {
      path: 'sign-in',
      title: 'Sign in',
      canActivate: [signedOut],
      loadComponent: () => import('./sign-in').then(({ SignIn }) => SignIn),
    },
    {
      path: 'sign-up',
      title: 'Sign up',
      canActivate: [signedOut],
      loadComponent: () => import('./sign-up').then(({ SignUp }) => SignUp),
    },
  ],
};
