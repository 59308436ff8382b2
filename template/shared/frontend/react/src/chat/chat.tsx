/** The screen of the chat: whoever has come in goes into a room, and from there into another. */

import { useEffect, useState } from 'react';
import { Banner } from '../banner';
import { Alert, Field, Form, textIn, useSending } from '../forms';
import { Page } from '../page';
import { type ChatAsks, type ChatTells, Room } from '../core/chat';
import type { Problem } from '../core/problems';
import type { Connection } from '../core/sockets';
import { Entrance } from './entrance';
import { Talk } from './talk';

/** The room that is proposed. */
const LOBBY = 'lobby';

/** Shows the chat. */
export default function Chat() {
  return (
    <Page title="Chat">
      <Entrance>{(name, connection) => <Rooms name={name} connection={connection} />}</Entrance>
    </Page>
  );
}

/** Shows the door to every room, and what is said in the one that was gone into. */
function Rooms({
  name,
  connection,
}: {
  name: string;
  connection: Connection<ChatTells, ChatAsks>;
}) {
  const [room, setRoom] = useState<Room | null>(null);
  const sending = useSending(async (given) => {
    const wanted = textIn(given, 'room').trim();
    if (wanted !== room?.name) setRoom(new Room(connection, wanted));
  });
  useEffect(() => () => room?.leave(), [room]);
  const refuse = (problem: Problem) => {
    setRoom(null);
    sending.fail(problem);
  };
  return (
    <>
      <Banner connection={connection} />
      <Alert sending={sending} />
      <Form sending={sending} className="inline">
        <Field sending={sending} name="room" label="Room" autoComplete="off" defaultValue={LOBBY} />
        <button type="submit" className="button quiet">
          Join
        </button>
      </Form>
      {room && <Talk key={room.name} name={name} room={room} refuse={refuse} />}
    </>
  );
}
