/** Connections, for as long as a screen is shown. */

import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { type Asks, type Connection, type Credentials, connect } from './core/sockets';
import type { Store } from './core/store';

/** Opens something, and closes it when it is no longer shown; until it is open there is nothing. */
export function useOpened<Thing>(open: () => { thing: Thing; close: () => void }): Thing | null {
  const [opened, setOpened] = useState<{ thing: Thing; open: typeof open } | null>(null);
  useEffect(() => {
    const { thing, close } = open();
    setOpened({ thing, open });
    return close;
  }, [open]);
  return opened?.open === open ? opened.thing : null;
}

/** Connects to a namespace of the server. */
export function useConnection<Tells extends object, Asked extends Asks<Asked>>(
  namespace: string,
  credentials: Credentials,
): Connection<Tells, Asked> | null {
  const open = useCallback(() => {
    const thing = connect<Tells, Asked>(namespace, credentials);
    return { thing, close: () => thing.close() };
  }, [namespace, credentials]);
  return useOpened(open);
}

/** Returns the state of something, as it is now and as it changes. */
export function useStore<State extends object>(store: Store<State>): State {
  return useSyncExternalStore(store.subscribe, () => store.state);
}
