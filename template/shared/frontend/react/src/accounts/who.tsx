/** Who is signed in, at the right of the header. */

import { useState } from 'react';
import { NavLink } from 'react-router';
import { explain } from '../core/problems';
import { useAccount } from './account';
import { signOut } from './login';

/** Shows the name and the way out, or the ways in. */
export function Who() {
  const { data: account } = useAccount();
  const [error, setError] = useState<unknown>(null);
  const leave = async () => {
    setError(null);
    try {
      await signOut();
      // What is read anew holds nothing of who was here.
      location.assign('/');
    } catch (refusal) {
      setError(refusal);
    }
  };
  if (account === undefined) return <div className="who" />;
  if (account === null) {
    return (
      <div className="who">
        <NavLink to="/sign-in">Sign in</NavLink>
        <NavLink to="/sign-up">Sign up</NavLink>
      </div>
    );
  }
  return (
    <div className="who">
      <span>{account.name}</span>
      <button type="button" className="button quiet" onClick={leave}>
        Sign out
      </button>
      {error !== null && (
        <p role="alert" className="alert">
          {explain(error)}
        </p>
      )}
    </div>
  );
}
