/** What is shown where there is nothing. */

import { Link } from 'react-router';
import { Page } from './page';

/** Says so. */
export function Missing() {
  return (
    <Page title="Not found" narrow>
      <p>There is nothing at this address.</p>
      <p className="actions">
        <Link className="button" to="/">
          Home
        </Link>
      </p>
    </Page>
  );
}
