/** The notes that are shown, newest first. */

import { signal } from '@angular/core';
import type { Note, NotePage } from './api';

/** Holds each note once, in the order of the API. */
export class Shelf {
  private readonly all = signal<Note[]>([]);
  private readonly next = signal<string | null>(null);
  private readonly filled = signal(false);

  /** How often they were changed one by one. */
  changes = 0;
  /** What is shown. */
  readonly notes = this.all.asReadonly();
  /** Where older ones begin, if there are any. */
  readonly cursor = this.next.asReadonly();
  /** Whether the first notes were read. */
  readonly ready = this.filled.asReadonly();

  /** Shows the newest notes, and none of before. */
  start(page: NotePage): void {
    this.all.set(page.items);
    this.next.set(page.next_cursor);
    this.filled.set(true);
  }

  /** Shows older ones, too. */
  append(page: NotePage): void {
    // One of them may have come meanwhile.
    const known = new Map([...this.all(), ...page.items].map((note) => [note.id, note]));
    this.all.set([...known.values()]);
    this.next.set(page.next_cursor);
  }

  /** Shows them as they are after a change. */
  change(changed: (notes: Note[]) => Note[]): void {
    this.changes += 1;
    this.all.update(changed);
  }

  /** Shows one no more. */
  remove(id: string): void {
    this.change((notes) => notes.filter((note) => note.id !== id));
  }
}
