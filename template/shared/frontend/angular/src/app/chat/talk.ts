/** Talking in a room. */

import {
  afterRenderEffect,
  Component,
  computed,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  signal,
  untracked,
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
  /** How the room is, once it was entered. */
  protected readonly entered = computed(() => {
    const state = this.state();
    return state?.joined ? state : undefined;
  });

  private readonly state = follow(() => this.room());
  private readonly wanted = signal({ room: 'lobby' });
  protected readonly joining = injectSending(this.wanted, ({ room }) => {
    this.join(room.trim());
  });
  private readonly said = signal({ text: '' });
  protected readonly saying = injectSending(this.said, ({ text }) => this.say(text), inItsWords);
  private readonly list = viewChild<ElementRef<HTMLElement>>('list');
  private atEnd = true;

  constructor() {
    inject(DestroyRef).onDestroy(() => this.room()?.leave());
    effect(() => {
      const refusal = this.state()?.refusal;
      if (!refusal) return;
      untracked(() => {
        this.enter(undefined);
        this.joining.fail(refusal);
      });
    });
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

  private join(name: string): void {
    if (this.room()?.name !== name) this.enter(new Room(this.connection(), name));
  }

  /** Goes from one room into another, or into none. */
  private enter(room: Room | undefined): void {
    const before = this.room();
    this.atEnd = true;
    this.room.set(room);
    before?.leave();
  }

  private async say(text: string): Promise<void> {
    this.atEnd = true;
    await this.room()?.send(text);
    // Meanwhile something else may have been typed.
    if (this.said().text === text) this.said.set({ text: '' });
    this.saying.focus('text');
  }
}
