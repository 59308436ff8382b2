/** Notes, as the API gives and takes them. */

import { HttpClient } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type { components } from '../../core/schema/notes';
import { answer } from '../answer';

/** A note. */
export type Note = components['schemas']['Note'];

/** What somebody writes of a note. */
export type Draft = Required<components['schemas']['NewNote']>;

/** What its form opens with, and which version of it this is; a new one has none. */
export interface Opened {
  note: Draft;
  version: string;
}

/** Some notes, and where the next ones begin. */
export type NotePage = components['schemas']['NotePage'];

const NOTES = '/api/v1/notes';

/** How many notes are read at a time, and how many the API gives at the most. */
const PAGE = 20;
const MOST = 100;

/** Asks the API. */
@Injectable({ providedIn: 'root' })
export class Notes {
  private readonly http = inject(HttpClient);

  /** Reads the newest notes, or those after the ones that are known. */
  page({ limit = PAGE, cursor }: { limit?: number; cursor?: string } = {}): Promise<NotePage> {
    const from: Record<string, string> = cursor === undefined ? {} : { cursor };
    return answer(this.http.get<NotePage>(NOTES, { params: { limit, ...from } }));
  }

  /** Reads as many of the newest as are shown already. */
  again(shown: number): Promise<NotePage> {
    return this.page({ limit: Math.min(Math.max(shown, PAGE), MOST) });
  }

  /** Reads one note and which version of it this is. */
  async read(id: string): Promise<{ note: Note; version: string }> {
    const told = await answer(this.http.get<Note>(addressOf(id), { observe: 'response' }));
    return { note: told.body as Note, version: told.headers.get('ETag') ?? '*' };
  }

  /** Writes a new one. */
  add(draft: Draft): Promise<Note> {
    return answer(this.http.post<Note>(NOTES, draft));
  }

  /** Changes one that is still of this version. */
  change(id: string, draft: Draft, version: string): Promise<Note> {
    return answer(
      this.http.patch<Note>(addressOf(id), draft, { headers: { 'If-Match': version } }),
    );
  }

  /** Deletes one. */
  async remove(id: string): Promise<void> {
    await answer(this.http.delete(addressOf(id)));
  }
}

function addressOf(id: string): string {
  return `${NOTES}/${encodeURIComponent(id)}`;
}
