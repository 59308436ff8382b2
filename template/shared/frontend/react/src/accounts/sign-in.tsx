/** The screen on which people sign in. */

import { Link, Navigate, useLocation, useSearchParams } from 'react-router';
import { Alert, Field, Form, textIn, useSending } from '../forms';
import { Page } from '../page';
import { localPath } from '../core/next';
import { readAccount, useAccount } from './account';
import { rememberAccount } from './known';
import { signIn } from './login';

/** Shows the form. */
export default function SignIn() {
  const { data: account } = useAccount();
  const [asked] = useSearchParams();
  const { search } = useLocation();
  const sending = useSending(async (given) => {
    await signIn(textIn(given, 'email'), textIn(given, 'password'));
    const found = await readAccount();
    if (found) rememberAccount(found);
  });
  if (account) return <Navigate to={localPath(asked.get('next'))} replace />;
  return (
    <Page title="Sign in" narrow>
      <Form sending={sending}>
        <Alert sending={sending} />
        <Field sending={sending} name="email" label="E-mail" type="email" autoComplete="email" />
        <Field
          sending={sending}
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
        />
        <div className="actions">
          <button type="submit">Sign in</button>
        </div>
      </Form>
      <p>
        No account yet? <Link to={`/sign-up${search}`}>Sign up</Link>
      </p>
    </Page>
  );
}
