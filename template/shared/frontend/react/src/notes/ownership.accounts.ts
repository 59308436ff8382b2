/** Whose notes are whose: the author alone changes and deletes. */

import { useAccount } from '../accounts/account';
import type { Note } from './notes';

/** Returns what says whether a note may be changed by who is here. */
export function useOwnership(): (note: Note) => boolean {
  const { data: account } = useAccount();
  return ({ author_id: author }) => author === account?.id;
}
