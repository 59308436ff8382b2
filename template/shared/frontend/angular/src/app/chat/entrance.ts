/** The way into the chat. */

import { InjectionToken } from '@angular/core';
import type { ChatAsks, ChatTells } from '../../core/chat';
import { connect, type Connection, type Credentials } from '../../core/sockets';

/** A connection to the chat, as it is opened and closed. */
export type ChatWire = Connection<ChatTells, ChatAsks>;

/** Connects with what has to be shown. */
export const CONNECT_CHAT = new InjectionToken<(credentials: Credentials) => ChatWire>(
  'connect to the chat',
  { factory: () => (credentials) => connect<ChatTells, ChatAsks>('/chat', credentials) },
);
