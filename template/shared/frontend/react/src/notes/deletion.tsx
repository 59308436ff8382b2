/** The question that is asked before a note is deleted. */

import { useEffect, useId, useRef } from 'react';
import { Alert, Form, useSending } from '../forms';
import { type Note, removeNote } from './notes';

/** Asks, and deletes. */
export function Deletion({ note, leave }: { note: Note; leave: (wasDeleted: boolean) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const sending = useSending(async () => {
    await removeNote(note.id);
    leave(true);
  });
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={() => leave(false)}>
      <h2 id={id}>Delete this note?</h2>
      <p>{note.title}</p>
      <Form sending={sending}>
        <Alert sending={sending} />
        <div className="actions">
          <button type="submit" className="button danger">
            Delete
          </button>
          <button type="button" className="button quiet" onClick={() => dialog.current?.close()}>
            Keep
          </button>
        </div>
      </Form>
    </dialog>
  );
}
