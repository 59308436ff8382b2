/** Who may see which screen. */

import { inject } from '@angular/core';
import { type CanActivateFn, Router } from '@angular/router';
import { Silence } from '../core/problems';
import { Accounts } from './accounts/accounts';

/** Lets through who is signed in; where nobody is, that comes first. */
const signedIn: CanActivateFn = async (_route, { url }) => {
  const accounts = inject(Accounts);
  const router = inject(Router);
  const me = await accounts.whoIsIt();
  // Without that no screen knows what is whose.
  if (me === undefined) throw new Silence();
  return me !== null || router.createUrlTree(['/sign-in'], { queryParams: { next: url } });
};

/** What is asked before a screen is shown. */
export const guards: CanActivateFn[] = [signedIn];
