/** A room: what is said in it, who is here, and a line to say something. */

import { useEffect, useLayoutEffect, useRef } from 'react';
import { useStore } from '../connection';
import { Alert, Field, Form, textIn, useSending } from '../forms';
import type { Message, Room } from '../core/chat';
import { explain, Problem } from '../core/problems';
import { Time } from '../time';

/** So near to the end, in pixels, somebody reads what is said now. */
const NEAR = 48;

/** Shows a room, or says why it cannot be gone into. */
export function Talk({
  name,
  room,
  refuse,
}: {
  name: string;
  room: Room;
  refuse: (problem: Problem) => void;
}) {
  const { joined, messages, members, refusal } = useStore(room);
  const sending = useSending(async (given, form) => {
    const text = textIn(given, 'text');
    await room.send(text);
    // What was typed meanwhile stays.
    if (textIn(new FormData(form), 'text') === text) form.reset();
  });
  useEffect(() => {
    if (refusal) refuse(refusal);
  });
  if (!joined) return null;
  return (
    <>
      <Alert sending={sending} explained={explainSending} />
      <section className="chat" aria-label={room.name}>
        <Messages name={name} messages={messages} />
        <Form sending={sending} className="composer">
          <Field sending={sending} name="text" label="Message" autoComplete="off" />
          <button type="submit">Send</button>
        </Form>
        <aside className="members">
          <h2>Who is here</h2>
          <ul>
            {members.map((member) => (
              <li key={member}>{member}</li>
            ))}
          </ul>
        </aside>
      </section>
    </>
  );
}

/** Shows what was said, the newest last and in sight, unless somebody reads what is older. */
function Messages({ name, messages }: { name: string; messages: Message[] }) {
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const last = messages.at(-1);
  useLayoutEffect(() => {
    const show = () => log.current?.scrollTo({ top: log.current.scrollHeight });
    if (isAtEnd.current || last?.author === name) show();
    // A narrower window breaks the lines elsewhere.
    const keep = () => isAtEnd.current && show();
    addEventListener('resize', keep);
    return () => removeEventListener('resize', keep);
  }, [last, name]);
  return (
    <div
      ref={log}
      className="messages"
      role="log"
      aria-label="Messages"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled has to be reached by the keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
      }}
    >
      <ol>
        {messages.map(({ id, author, text, created_at: at }) => (
          <li key={id} className={author === name ? 'message own' : 'message'}>
            <b>{author}</b>
            <p>{text}</p>
            <Time at={at} brief />
          </li>
        ))}
      </ol>
    </div>
  );
}

function explainSending(error: unknown): string {
  return error instanceof Problem ? error.message : explain(error);
}
