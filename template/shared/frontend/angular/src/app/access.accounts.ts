/** Who may see which screen. */

import { inject } from '@angular/core';
import { type CanActivateFn, Router } from '@angular/router';
import { Accounts } from './accounts/accounts';

/** Lets through who is signed in; where nobody is, that comes first. */
const signedIn: CanActivateFn = async (_route, { url }) => {
  const accounts = inject(Accounts);
  const router = inject(Router);
  // Where the server does not answer the screen says so.
  if ((await accounts.whoIsIt()) !== null) return true;
  return router.createUrlTree(['/sign-in'], { queryParams: { next: url } });
};

/** What is asked before a screen is shown. */
export const guards: CanActivateFn[] = [signedIn];
