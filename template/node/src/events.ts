/** Announcements: a feature says what has happened without knowing who listens. */

import { EventEmitter } from 'node:events';
import type { Log } from './log.ts';

/** The events and what they carry; a feature adds its own where it announces them. */
// biome-ignore lint/suspicious/noEmptyInterface: features fill it through declaration merging
export interface Announcements {}

type Name = keyof Announcements;
type Listener<Event extends Name> = (carried: Announcements[Event]) => unknown;

/** The events of one running project. */
export interface Events {
  /** Calls the listener at each event of this name, until the returned function is called. */
  on<Event extends Name>(name: Event, listener: Listener<Event>): () => void;
  /** Tells every listener; one that fails is logged and disturbs nobody. */
  emit<Event extends Name>(name: Event, carried: Announcements[Event]): void;
}

/** Makes the events of a project. */
export function createEvents(log: Log): Events {
  const emitter = new EventEmitter();
  return {
    on(name, listener) {
      const guarded = async (carried: Parameters<typeof listener>[0]) => {
        try {
          await listener(carried);
        } catch (error) {
          log.error({ name, error }, 'listener failed');
        }
      };
      emitter.on(name, guarded);
      return () => void emitter.off(name, guarded);
    },
    emit(name, carried) {
      emitter.emit(name, carried);
    },
  };
}
