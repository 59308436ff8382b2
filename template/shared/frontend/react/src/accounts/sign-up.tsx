/** The screen on which people make an account. */

import { Link, Navigate, useLocation, useSearchParams } from 'react-router';
import { outcomeOf } from '../client';
import { Alert, Field, Form, textIn, useSending } from '../forms';
import { Page } from '../page';
import { localPath } from '../core/next';
import { useAccount } from './account';
import { client } from './client';
import { rememberAccount } from './known';
import { signIn } from './login';

/** Shows the form; who has made an account is signed in. */
export default function SignUp() {
  const { data: account } = useAccount();
  const [asked] = useSearchParams();
  const { search } = useLocation();
  const sending = useSending(async (given) => {
    const email = textIn(given, 'email');
    const password = textIn(given, 'password');
    const body = { name: textIn(given, 'name'), email, password };
    const { data } = await outcomeOf(client.POST('/auth/register', { body }));
    await signIn(email, password);
    rememberAccount(data);
  });
  if (account) return <Navigate to={localPath(asked.get('next'))} replace />;
  return (
    <Page title="Sign up" narrow>
      <Form sending={sending}>
        <Alert sending={sending} />
        <Field sending={sending} name="name" label="Name" autoComplete="name" />
        <Field sending={sending} name="email" label="E-mail" type="email" autoComplete="email" />
        <Field
          sending={sending}
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="12 to 128 characters"
        />
        <div className="actions">
          <button type="submit">Sign up</button>
        </div>
      </Form>
      <p>
        You have an account? <Link to={`/sign-in${search}`}>Sign in</Link>
      </p>
    </Page>
  );
}
