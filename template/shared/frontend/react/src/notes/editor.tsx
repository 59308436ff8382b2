/** The screen on which a note is written or changed. */

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { Alert, Field, Form, textIn, useSending } from '../forms';
import { Missing } from '../missing';
import { Page } from '../page';
import { explain, Problem } from '../core/problems';
import { addNote, changeNote, readNote, type Written } from './notes';

const NOTHING = { title: '', body: '' };

/** Shows the form: of a new note, or of the one that the address names. */
export default function Editor() {
  const { id } = useParams();
  return id === undefined ? (
    <Page title="New note" narrow>
      <NoteForm written={NOTHING} save={addNote} />
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
      {data && (
        <NoteForm written={data.note} save={(written) => changeNote(id, written, data.tag)} />
      )}
    </Page>
  );
}

/** Shows the fields, and goes back to the list when they are saved. */
function NoteForm({
  written: { title, body },
  save,
}: {
  written: Written;
  save: (written: Written) => Promise<void>;
}) {
  const navigate = useNavigate();
  const sending = useSending(async (given) => {
    await save({ title: textIn(given, 'title'), body: textIn(given, 'body') });
    await navigate('/notes', { state: { notice: 'The note was saved.' } });
  });
  return (
    <Form sending={sending}>
      <Alert sending={sending} explained={explainSaving} />
      <Field sending={sending} name="title" label="Title" defaultValue={title} />
      <Field sending={sending} name="body" label="Text" defaultValue={body} multiline />
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
  if (!(error instanceof Problem) || error.status !== 412) return explain(error);
  return (
    <>
      Somebody changed this note meanwhile. <a href={location.pathname}>Read it again</a> before you
      save.
    </>
  );
}
