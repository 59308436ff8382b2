/** One note, to be written or changed. */

import { Component, inject, input, type OnInit, signal } from '@angular/core';
import { FormRoot } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import { explain, Problem } from '../../core/problems';
import { Field } from '../forms/field';
import { injectSending } from '../forms/sending';
import { Missing } from '../missing/missing';
import { Notices } from '../notices';
import { type Draft, Notes, type Opened } from './api';
import { UnsavedNote } from './unsaved';

/** What others may have done to a note while somebody wrote at it, by how its saving is refused. */
const MEANWHILE: Partial<Record<number, string>> = {
  404: 'Somebody deleted this note meanwhile. Save again to make a new one of it.',
  412: 'Somebody changed this note meanwhile. Copy what you want to keep, then read it again.',
};

const NEW: Opened = { note: { title: '', body: '' }, version: '' };

/** The form of a note: of a new one, or of the one with this id. */
@Component({
  selector: 'app-editor',
  imports: [Field, FormRoot, Missing, RouterLink],
  templateUrl: './editor.html',
})
export class Editor implements OnInit {
  readonly id = input<string>();

  protected readonly state = signal<'reading' | 'ready' | 'unread' | 'missing'>('reading');
  /** Why the note could not be read. */
  protected readonly trouble = signal('');
  /** Whether somebody else has changed it. */
  protected readonly outdated = signal(false);
  private readonly api = inject(Notes);
  private readonly router = inject(Router);
  private readonly notices = inject(Notices);
  private readonly unsaved = inject(UnsavedNote);
  private readonly draft = signal({ title: '', body: '' });
  protected readonly sending = injectSending(this.draft, (draft) => this.save(draft));
  private version = '';
  private gone = false;

  /** Reads what is to be changed. */
  ngOnInit(): void {
    void this.read();
  }

  /** Reads it, again where somebody else has changed it. */
  protected async read(): Promise<void> {
    const id = this.id();
    try {
      const read = id === undefined ? NEW : await this.api.read(id);
      const { note, version } = this.unsaved.take() ?? read;
      this.version = version;
      this.draft.set({ title: note.title, body: note.body });
      this.outdated.set(false);
      this.sending.clear();
      this.state.set('ready');
    } catch (error) {
      const missing = error instanceof Problem && error.status === 404;
      this.trouble.set(explain(error));
      this.state.set(missing ? 'missing' : 'unread');
    }
  }

  private async save(draft: Draft): Promise<void> {
    const { version } = this;
    const id = this.id();
    const isNew = id === undefined || this.gone;
    const saving = isNew ? this.api.add(draft) : this.api.change(id, draft, version);
    try {
      await this.unsaved.saved({ note: draft, version }, saving);
    } catch (error) {
      throw this.inWords(error);
    }
    this.notices.leave('The note was saved.');
    await this.router.navigateByUrl('/notes');
  }

  private inWords(error: unknown): unknown {
    if (!(error instanceof Problem)) return error;
    this.gone ||= error.status === 404;
    this.outdated.set(!this.gone && (this.outdated() || error.status === 412));
    const detail = MEANWHILE[error.status];
    return detail === undefined ? error : new Problem({ ...error.details, detail });
  }
}
