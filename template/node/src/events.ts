/** Announcements: a feature says what has happened without knowing who listens. */

import { EventEmitter } from 'node:events';

/** The events and what they carry; a feature adds its own where it announces them. */
// biome-ignore lint/suspicious/noEmptyInterface: features fill it through declaration merging
export interface Announcements {}

type Carried = { [Name in keyof Announcements]: [Announcements[Name]] };

/** The events of one running project. */
export type Events = EventEmitter<Carried>;

/** Makes the events of a project. */
export function createEvents(): Events {
  return new EventEmitter<Carried>();
}
