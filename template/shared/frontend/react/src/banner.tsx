/** The banner that is there while the connection is not. */

import { useStore } from './connection';
import type { ConnectionState } from './core/sockets';
import type { Store } from './core/store';

/** Says that the connection is lost, or why there is none. */
export function Banner({ connection }: { connection: Store<ConnectionState> }) {
  const { lost, refusal } = useStore(connection);
  return (
    <>
      <p role="status" className="banner">
        {lost && 'The connection is lost. Trying again …'}
      </p>
      {refusal && (
        <p role="alert" className="alert">
          {refusal.message}
        </p>
      )}
    </>
  );
}
