/** The screen of all notes. */

import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Page } from '../page';
import { explain } from '../core/problems';
import { Time } from '../time';
import { Deletion } from './deletion';
import { useNews } from './news';
import { type Note, useNotes } from './notes';
import { useOwnership } from './ownership';

/** Shows the notes, the newest first. */
export default function List() {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useNotes();
  const [doomed, setDoomed] = useState<Note | null>(null);
  const isOwn = useOwnership();
  const navigate = useNavigate();
  useNews();

  const notes = data?.pages.flatMap(({ items }) => items);
  const leave = async (wasDeleted: boolean) => {
    setDoomed(null);
    if (wasDeleted) {
      await navigate('/notes', { replace: true, state: { notice: 'The note was deleted.' } });
    }
  };
  return (
    <Page
      title="Notes"
      beside={
        <Link className="button" to="/notes/new">
          New note
        </Link>
      }
    >
      {error && (
        <>
          <p role="alert" className="alert">
            {explain(error)}
          </p>
          <p className="actions">
            <button type="button" className="button quiet" onClick={() => void refetch()}>
              Try again
            </button>
          </p>
        </>
      )}
      {notes?.length === 0 && <p className="empty">There are no notes yet.</p>}
      {notes && notes.length > 0 && (
        <ul className="notes">
          {notes.map((note) => (
            <li key={note.id}>
              <Card note={note} remove={isOwn(note) ? () => setDoomed(note) : undefined} />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <p className="actions">
          <button type="button" className="button quiet" onClick={() => void fetchNextPage()}>
            Older notes
          </button>
        </p>
      )}
      {doomed && <Deletion note={doomed} leave={leave} />}
    </Page>
  );
}

/** Shows a note, with what its author can do. */
function Card({ note, remove }: { note: Note; remove: (() => void) | undefined }) {
  return (
    <article className="note">
      <h2>{note.title}</h2>
      {note.body && <p>{note.body}</p>}
      <div className="meta">
        <Time at={note.created_at} />
        {remove && (
          <div className="actions">
            <Link
              className="button quiet"
              to={`/notes/${note.id}/edit`}
              aria-label={`Edit ${note.title}`}
            >
              Edit
            </Link>
            <button
              type="button"
              className="button quiet"
              aria-label={`Delete ${note.title}`}
              onClick={remove}
            >
              Delete
            </button>
          </div>
        )}
      </div>
    </article>
  );
}
