/** Talking in a room. */

import {
  afterRenderEffect,
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { FormRoot } from '@angular/forms/signals';
import { Room } from '../../core/chat';
import { explain, Problem } from '../../core/problems';
import { follow } from '../follow';
import { Field } from '../forms/field';
import { injectSending } from '../forms/sending';
import { When } from '../when';
import type { ChatWire } from './entrance';

/** Says why something was not said, in the words of the server. */
const inItsWords = (error: unknown) => (error instanceof Problem ? error.message : explain(error));

/** How near to its end a list is taken to be read at the end, in pixels. */
const NEAR = 40;

/** One room at a time: what is said there, who is there, and a line to say something. */
@Component({
  selector: 'app-talk',
  imports: [Field, FormRoot, When],
  templateUrl: './talk.html',
})
export class Talk {
  readonly name = input.required<string>();
  readonly connection = input.required<ChatWire>();

  protected readonly wire = follow(() => this.connection());
  protected readonly room = signal<Room | undefined>(undefined);
  protected readonly state = follow(() => this.room());
  /** Why the room cannot be entered again. */
  protected readonly refusal = computed(() => {
    const refusal = this.state()?.refusal;
    return refusal ? explain(refusal) : '';
  });

  private readonly wanted = signal({ room: 'lobby' });
  protected readonly joining = injectSending(this.wanted, ({ room }) => this.join(room.trim()));
  private readonly said = signal({ text: '' });
  protected readonly saying = injectSending(this.said, ({ text }) => this.say(text), inItsWords);
  private readonly list = viewChild<ElementRef<HTMLElement>>('list');
  private atEnd = true;

  constructor() {
    inject(DestroyRef).onDestroy(() => this.room()?.leave());
    afterRenderEffect(() => {
      this.state();
      this.show();
    });
  }

  /** Shows the newest messages, unless somebody reads older ones; a narrower window breaks the lines elsewhere. */
  protected show(): void {
    const list = this.list()?.nativeElement;
    if (list && this.atEnd) list.scrollTop = list.scrollHeight;
  }

  /** Notes whether the newest messages are looked at: then the list follows them. */
  protected look(): void {
    const list = this.list()?.nativeElement;
    if (list) this.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
  }

  private async join(name: string): Promise<void> {
    const before = this.room();
    if (before?.name === name && !before.state.refusal) return;
    const room = new Room(this.connection(), name);
    try {
      await this.entered(room);
    } catch (error) {
      room.leave();
      throw error;
    }
    before?.leave();
    this.atEnd = true;
    this.room.set(room);
  }

  /** Waits until a room is entered; without a connection it is as soon as there is one. */
  private entered(room: Room): Promise<void> {
    const connection = this.connection();
    return new Promise((done, fail) => {
      const look = () => {
        if (room.state.refusal) fail(room.state.refusal);
        else if (room.state.joined || connection.state.lost) done();
        else return;
        for (const end of ends) end();
      };
      const ends = [room.subscribe(look), connection.subscribe(look)];
      look();
    });
  }

  private async say(text: string): Promise<void> {
    this.atEnd = true;
    await this.room()?.send(text);
    // Meanwhile something else may have been typed.
    if (this.said().text === text) this.said.set({ text: '' });
    this.saying.focus('text');
  }
}
