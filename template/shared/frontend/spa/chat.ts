/** The chat: a room with its messages, each once and in order, and who is in it. */

import { Problem } from './problems';
import type { Connection } from './sockets';
import { Store } from './store';

/** How many messages of a room are kept at the most. */
const MOST_MESSAGES = 1000;

/** After how long a room is entered again that could not be for a while. */
const RETRY_MS = 2000;

/** Something that somebody has said; ids ascend in the order in which it was. */
export interface Message {
  id: string;
  room: string;
  author: string;
  text: string;
  created_at: string;
}

/** What the server tells of the rooms that were joined. */
export interface ChatTells {
  message: Message;
  presence: { room: string; members: string[] };
}

/** What it can be asked. */
export interface ChatAsks {
  join(asked: { room: string; after?: string }): {
    messages: Message[];
    members: string[];
    more: boolean;
  };
  leave(asked: { room: string }): object;
  send(asked: { room: string; text: string }): { message: Message };
}

/** A connection to the chat. */
export type ChatConnection = Pick<Connection<ChatTells, ChatAsks>, 'ask' | 'on' | 'whenConnected'>;

/** How a room is. */
export interface RoomState {
  joined: boolean;
  messages: Message[];
  members: string[];
  /** Why it cannot be joined. */
  refusal: Problem | null;
}

/** A room: it is joined as soon as there is a connection, and again whenever there is a new one. */
export class Room extends Store<RoomState> {
  readonly name: string;
  readonly #connection: ChatConnection;
  readonly #ends: (() => void)[];
  #retry: ReturnType<typeof setTimeout> | undefined;
  #left = false;
  /** The message up to which all are known; newer ones may be shown before what was missed has been read. */
  #until: string | undefined;
  #caughtUp = false;

  constructor(connection: ChatConnection, name: string) {
    super({ joined: false, messages: [], members: [], refusal: null });
    this.name = name;
    this.#connection = connection;
    this.#ends = [
      connection.on('message', (message) => {
        if (message.room !== name) return;
        this.#add([message]);
        if (this.#caughtUp) this.#know([message]);
      }),
      connection.on('presence', ({ room, members }) => {
        if (room === name) this.change({ members });
      }),
      connection.whenConnected(() => void this.#enter()),
    ];
  }

  /** Says something, and returns when everybody who is there will hear it. */
  async send(text: string): Promise<void> {
    const { message } = await this.#connection.ask('send', { room: this.name, text });
    this.#add([message]);
  }

  /** Leaves it. */
  leave(): void {
    this.#left = true;
    clearTimeout(this.#retry);
    for (const end of this.#ends) end();
    // Who is away has left already.
    this.#connection.ask('leave', { room: this.name }).catch(() => {});
  }

  /** Joins it and hears what was said since all was known, however much it is. */
  async #enter(): Promise<void> {
    clearTimeout(this.#retry);
    this.#caughtUp = false;
    try {
      let more = true;
      while (more) {
        const known = this.#until === undefined ? {} : { after: this.#until };
        const told = await this.#connection.ask('join', { room: this.name, ...known });
        if (this.#left) return;
        this.#add(told.messages);
        this.#know(told.messages);
        this.change({ joined: true, members: told.members, refusal: null });
        more = told.more;
      }
      this.#caughtUp = true;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#left) return;
    if (error instanceof Problem && error.status < 500 && error.status !== 429) {
      this.change({ refusal: error });
    } else {
      this.#retry = setTimeout(() => void this.#enter(), RETRY_MS);
    }
  }

  /** Takes note that nothing is missing up to the newest of these. */
  #know(messages: Message[]): void {
    for (const { id } of messages) {
      if (this.#until === undefined || id > this.#until) this.#until = id;
    }
  }

  #add(messages: Message[]): void {
    const known = new Map([...this.state.messages, ...messages].map((one) => [one.id, one]));
    const sorted = [...known.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
    this.change({ messages: sorted.slice(-MOST_MESSAGES) });
  }
}
