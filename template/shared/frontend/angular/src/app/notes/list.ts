/** All notes, newest first. */

import { Component, DestroyRef, type ElementRef, inject, signal, viewChild } from '@angular/core';
import { RouterLink } from '@angular/router';
import { explain, Problem } from '../../core/problems';
import { injectHeadingFocus } from '../heading';
import { Notices } from '../notices';
import { When } from '../when';
import { type Note, type NotePage, Notes } from './api';
import { NEWS } from './news';
import { IS_MINE } from './ownership';
import { Shelf } from './shelf';

/** The screen of notes. */
@Component({
  selector: 'app-notes',
  imports: [RouterLink, When],
  templateUrl: './list.html',
})
export class List {
  protected readonly shelf = new Shelf();
  protected readonly mine = inject(IS_MINE);
  protected readonly notice = signal(inject(Notices).take());
  protected readonly alert = signal('');
  /** The note that is asked about before it is deleted. */
  protected readonly doomed = signal<Note | undefined>(undefined);
  protected readonly refusal = signal('');
  private readonly api = inject(Notes);
  private readonly focusHeading = injectHeadingFocus();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private asked = 0;

  constructor() {
    const stop = inject(NEWS)(this.shelf, () => void this.read());
    inject(DestroyRef).onDestroy(stop);
    void this.read();
  }

  /** Reads what is shown, again if it was before. */
  protected async read(): Promise<void> {
    const turn = ++this.asked;
    try {
      const page = await this.newerThanNews(() => this.api.again(this.shelf.notes().length));
      if (turn !== this.asked) return;
      this.shelf.start(page);
      this.alert.set('');
    } catch (error) {
      if (turn === this.asked) this.alert.set(explain(error));
    }
  }

  /** Shows the notes before the last one. */
  protected async older(cursor: string): Promise<void> {
    this.alert.set('');
    try {
      this.shelf.append(await this.newerThanNews(() => this.api.page({ cursor })));
    } catch (error) {
      this.alert.set(explain(error));
    }
  }

  /** Asks whether a note is to be deleted. */
  protected ask(note: Note): void {
    this.doomed.set(note);
    this.refusal.set('');
    this.dialog().nativeElement.showModal();
  }

  /** Leaves things as they are. */
  protected keep(): void {
    this.dialog().nativeElement.close();
  }

  /** Deletes the note that was asked about. */
  protected async remove(): Promise<void> {
    const note = this.doomed();
    if (!note) return;
    try {
      await this.api.remove(note.id).catch(unlessGone);
    } catch (error) {
      this.refusal.set(explain(error));
      return;
    }
    this.shelf.remove(note.id);
    this.notice.set('The note was deleted.');
    this.keep();
    this.focusHeading();
  }

  /** Reads notes, again where others were heard of meanwhile: what was read may be older than that. */
  private async newerThanNews(ask: () => Promise<NotePage>): Promise<NotePage> {
    const before = this.shelf.changes;
    const page = await ask();
    return before === this.shelf.changes ? page : this.newerThanNews(ask);
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof Problem) || error.status !== 404) throw error;
}
