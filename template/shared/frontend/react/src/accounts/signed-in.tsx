/** The gate of all screens that are for those who are signed in. */

import { Navigate, Outlet, useLocation } from 'react-router';
import { Unshown } from '../trouble';
import { useAccount } from './account';

/** Shows what is behind it, or asks to sign in first. */
export function SignedIn() {
  const { data: account, error } = useAccount();
  const { pathname, search } = useLocation();
  if (account) return <Outlet />;
  if (account === null) {
    const next = new URLSearchParams({ next: pathname + search });
    return <Navigate to={`/sign-in?${next}`} replace />;
  }
  return error ? <Unshown error={error} /> : <main id="main" className="page" aria-busy="true" />;
}
