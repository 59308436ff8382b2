/** The entrance: who comes in says what to be called. */

import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useConnection, useStore } from '../connection';
import { Alert, Field, Form, textIn, useSending } from '../forms';
import type { ChatAsks, ChatTells } from '../core/chat';
import type { Problem } from '../core/problems';
import type { Connection } from '../core/sockets';

/** Where the window keeps the name. */
const KEPT_AS = 'name';

/** What is shown to who is in: by which name, and over which connection. */
type Inside = (name: string, connection: Connection<ChatTells, ChatAsks>) => ReactNode;

/** Asks for a name, unless there is one, and then shows what is inside. */
export function Entrance({ children }: { children: Inside }) {
  const [tried, setTried] = useState(() => sessionStorage.getItem(KEPT_AS));
  const [isRefused, setRefused] = useState(false);
  const sending = useSending(async (given) => {
    const name = textIn(given, 'name').trim();
    sessionStorage.setItem(KEPT_AS, name);
    setTried(name);
    setRefused(false);
  });
  const refuse = (problem: Problem) => {
    sessionStorage.removeItem(KEPT_AS);
    setRefused(true);
    sending.fail(problem);
  };
  if (tried !== null && !isRefused) {
    return (
      <Introduced name={tried} refuse={refuse}>
        {children}
      </Introduced>
    );
  }
  return (
    <>
      <Alert sending={sending} />
      <Form sending={sending} className="inline">
        <Field
          sending={sending}
          name="name"
          label="Your name"
          autoComplete="nickname"
          defaultValue={tried ?? ''}
        />
        <button type="submit">Enter</button>
      </Form>
    </>
  );
}

/** Connects under a name, which the server may refuse. */
function Introduced({
  name,
  refuse,
  children,
}: {
  name: string;
  refuse: (problem: Problem) => void;
  children: Inside;
}) {
  const credentials = useMemo(() => ({ show: async () => ({ name }) }), [name]);
  const connection = useConnection<ChatTells, ChatAsks>('/chat', credentials);
  return (
    connection && (
      <Admitted name={name} connection={connection} refuse={refuse}>
        {children}
      </Admitted>
    )
  );
}

/** Shows what is inside as soon as it is known that the name will do. */
function Admitted({
  name,
  connection,
  refuse,
  children,
}: {
  name: string;
  connection: Connection<ChatTells, ChatAsks>;
  refuse: (problem: Problem) => void;
  children: Inside;
}) {
  const { connected, lost, refusal } = useStore(connection);
  useEffect(() => {
    if (refusal) refuse(refusal);
  });
  return connected || lost ? children(name, connection) : null;
}
