/** What was typed and not saved: nothing comes between the two. */

import type { RefObject } from 'react';
import type { Opened } from './notes';

/** Returns what a form opens with: what was read. */
export function useUnsaved(_form: RefObject<HTMLFormElement | null>, read: Opened): Opened {
  return read;
}
