/** The entrance: who is signed in has a name. */

import type { ReactNode } from 'react';
import { useAccount } from '../accounts/account';
import { useConnection } from '../connection';
import { credentials } from '../credentials';
import type { ChatAsks, ChatTells } from '../core/chat';
import type { Connection } from '../core/sockets';

/** What is shown to who is in: by which name, and over which connection. */
type Inside = (name: string, connection: Connection<ChatTells, ChatAsks>) => ReactNode;

/** Shows what is inside. */
export function Entrance({ children }: { children: Inside }) {
  const { data: account } = useAccount();
  const connection = useConnection<ChatTells, ChatAsks>('/chat', credentials);
  return (
    account &&
    connection && (
      <>
        <p className="hint">You write as {account.name}.</p>
        {children(account.name, connection)}
      </>
    )
  );
}
