/** Whose notes are whose: they are everybody's. */

import type { Note } from './notes';

/** Returns what says whether a note may be changed by who is here. */
export function useOwnership(): (note: Note) => boolean {
  return () => true;
}
