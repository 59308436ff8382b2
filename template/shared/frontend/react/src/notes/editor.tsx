/** The screen on which a note is written or changed. */

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { Alert, Field, Form, useSending } from '../forms';
import { Missing } from '../missing';
import { Page } from '../page';
import { explain, Problem } from '../core/problems';
import { addNote, changeNote, type Opened, readNote, type Written, writtenIn } from './notes';
import { useUnsaved } from './unsaved';

const NOTHING: Opened = { note: { title: '', body: '' }, tag: '' };

/** Shows the form: of a new note, or of the one that the address names. */
export default function Editor() {
  const { id } = useParams();
  return id === undefined ? (
    <Page title="New note" narrow>
      <NoteForm read={NOTHING} save={addNote} />
    </Page>
  ) : (
    <Change key={id} id={id} />
  );
}

/** Shows the form of a note as it is now; what others do to it meanwhile is found out when it is saved. */
function Change({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ['note', id],
    queryFn: () => readNote(id),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (data === null) return <Missing />;
  return (
    <Page title="Edit note" narrow>
      {error && (
        <p role="alert" className="alert">
          {explain(error)}
        </p>
      )}
      {data && <NoteForm read={data} save={(written, tag) => changeNote(id, written, tag)} />}
    </Page>
  );
}

/** Shows the fields, and goes back to the list when they are saved. */
function NoteForm({
  read,
  save,
}: {
  read: Opened;
  save: (written: Written, tag: string) => Promise<void>;
}) {
  const navigate = useNavigate();
  const isGone = useRef(false);
  const sending = useSending(async (given) => {
    try {
      await (isGone.current ? addNote(writtenIn(given)) : save(writtenIn(given), tag));
    } catch (error) {
      isGone.current ||= error instanceof Problem && error.status === 404;
      throw error;
    }
    await navigate('/notes', { state: { notice: 'The note was saved.' } });
  });
  const { note, tag } = useUnsaved(sending.form, read);
  return (
    <Form sending={sending}>
      <Alert sending={sending} explained={explainSaving} />
      <Field sending={sending} name="title" label="Title" defaultValue={note.title} />
      <Field sending={sending} name="body" label="Text" defaultValue={note.body} multiline />
      <div className="actions">
        <button type="submit">Save</button>
        <Link className="button quiet" to="/notes">
          Cancel
        </Link>
      </div>
    </Form>
  );
}

function explainSaving(error: unknown): ReactNode {
  if (!(error instanceof Problem)) return explain(error);
  if (error.status === 404) {
    return 'Somebody deleted this note meanwhile. Save again to make a new one of it.';
  }
  if (error.status !== 412) return explain(error);
  return (
    <>
      Somebody changed this note meanwhile. Copy what you want to keep, then{' '}
      <a href={location.pathname}>read it again</a>.
    </>
  );
}
