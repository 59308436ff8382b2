/** The chat: rooms in which people read what others write, and see who is there. */

import type { z } from 'zod';
import type { App } from '../app.ts';
import { Problem } from '../errors.ts';
import { type Ack, admit, on, serve } from '../sockets/events.ts';
import { createDelivery } from './delivery.ts';
import { guestOf } from './guests.ts';
import type { Message } from './model.ts';
import { createPresence } from './presence.ts';
import { Join, Leave, Send } from './schemas.ts';

const NAMESPACE = '/chat';

/** How many messages are told of a room that is new to a client, and of one that it comes back to. */
const LATEST = 50;
const MISSED = 200;

const MOST_ROOMS = 20;

/** What a client sends, and what it is answered. */
export interface ClientEvents {
  join(
    asked: z.input<typeof Join>,
    answer: (
      ack: Ack<{ room: string; messages: Message[]; members: string[]; more: boolean }>,
    ) => void,
  ): void;
  leave(asked: z.input<typeof Leave>, answer: (ack: Ack) => void): void;
  send(asked: z.input<typeof Send>, answer: (ack: Ack<{ message: Message }>) => void): void;
}

/** What a client is told. */
export interface ServerEvents {
  message(message: Message): void;
  presence(state: { room: string; members: string[] }): void;
}

/** Adds the namespace of the chat to an application that has a store of messages. */
export async function chat(app: App): Promise<void> {
  const { messages } = app;
  const tell = <Event extends keyof ServerEvents>(
    room: string,
    event: Event,
    ...told: Parameters<ServerEvents[Event]>
  ) => namespace.local.to(room).emit(event, ...told);
  const delivery = createDelivery(
    app,
    () => namespace,
    (message) => tell(message.room, 'message', message),
  );
  const presence = await createPresence(app, (room, members) =>
    tell(room, 'presence', { room, members }),
  );

  const namespace = serve(app, NAMESPACE, (socket) => {
    const { name: author, id: authorId } = guestOf(socket);
    const joined = new Set<string>();
    const leave = async (room: string) => {
      joined.delete(room);
      await socket.leave(room);
      delivery.end(room);
      await presence.leave(room, socket.id);
    };
    const handlers = {
      join: on(Join, async ({ room, after }) => {
        if (joined.size >= MOST_ROOMS && !joined.has(room)) {
          throw new Problem(403, `You are in ${MOST_ROOMS} rooms; leave one first.`);
        }
        const known = joined.has(room);
        // A message that comes while the past is read is told twice rather than never.
        await presence.enter(room, socket.id, author);
        joined.add(room);
        try {
          await socket.join(room);
          await delivery.follow(room);
          const limit = after === undefined ? LATEST : MISSED;
          const past = await (after === undefined
            ? messages.latest(room, limit)
            : messages.after(room, after, limit + 1));
          const members = await presence.members(room);
          return { room, messages: past.slice(0, limit), members, more: past.length > limit };
        } catch (error) {
          if (!known) await leave(room).catch(() => {});
          throw error;
        }
      }),
      leave: on(Leave, async ({ room }) => {
        if (joined.has(room)) await leave(room);
        return {};
      }),
      send: on(Send, async ({ room, text }) => {
        if (!joined.has(room)) throw new Problem(403, 'Join the room first.');
        await presence.check();
        const added = await messages.add(room, author, text, authorId);
        delivery.bring(added);
        return { message: added.message };
      }),
    };
    return {
      handlers,
      leave: async () => {
        for (const room of joined) await leave(room);
      },
    };
  });
  admit(app, namespace, guestOf);
}
