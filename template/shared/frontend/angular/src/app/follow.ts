/** Stores as signals. */

import { computed, effect, signal, type Signal } from '@angular/core';
import type { Store } from '../core/store';

/** Follows the state of a store, or of another one as soon as that is meant. */
export function follow<State extends object>(
  store: () => Store<State> | undefined,
): Signal<State | undefined> {
  const changes = signal(0);
  const change = () => {
    changes.update((number) => number + 1);
  };
  effect((atTheEnd) => {
    const followed = store();
    if (followed) atTheEnd(followed.subscribe(change));
    // It may have changed before anybody listened.
    change();
  });
  return computed(() => {
    changes();
    return store()?.state;
  });
}
