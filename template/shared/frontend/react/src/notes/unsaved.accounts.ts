/** What was typed when a login ended: it is there again when the same account is, from memory alone. */

import { type RefObject, useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { ACCOUNT, type Account } from '../accounts/known';
import { queries } from '../queries';
import { Unsaved } from '../core/unsaved';
import { type Opened, writtenIn } from './notes';

const unsaved = new Unsaved<Opened>();

/** Returns what a form opens with: what was read, or once what was typed there when the login ended. */
export function useUnsaved(form: RefObject<HTMLFormElement | null>, read: Opened): Opened {
  const { pathname } = useLocation();
  const [opened] = useState(() => unsaved.find(whoIsHere()?.id, pathname) ?? read);
  const { tag } = opened;

  useEffect(() => {
    const author = whoIsHere()?.id ?? '';
    const shown = form.current ?? undefined;
    unsaved.forget();
    return () => {
      // However that was noticed, the form goes away with the login.
      if (whoIsHere() !== null) return;
      unsaved.keep(author, pathname, { note: writtenIn(new FormData(shown)), tag });
    };
  }, [form, pathname, tag]);

  return opened;
}

function whoIsHere(): Account | null | undefined {
  return queries.getQueryData<Account | null>(ACCOUNT);
}
