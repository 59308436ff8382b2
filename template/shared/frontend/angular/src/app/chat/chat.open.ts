/** The chat of people who say themselves who they are. */

import { Component, DestroyRef, inject, signal } from '@angular/core';
import { FormRoot } from '@angular/forms/signals';
import { Silence } from '../../core/problems';
import { Field } from '../forms/field';
import { injectSending } from '../forms/sending';
import { injectHeadingFocus } from '../heading';
import { type ChatWire, CONNECT_CHAT } from './entrance';
import { Talk } from './talk';

const KEPT_AS = 'name';

/** Asks for a name, which is kept as long as the window, and lets in. */
@Component({
  selector: 'app-chat',
  imports: [Field, FormRoot, Talk],
  templateUrl: './chat.html',
})
export class Chat {
  /** Who is in, and by which connection. */
  protected readonly guest = signal<{ name: string; connection: ChatWire } | undefined>(undefined);
  private readonly connect = inject(CONNECT_CHAT);
  private readonly focusHeading = injectHeadingFocus();
  private readonly draft = signal({ name: '' });
  protected readonly sending = injectSending(this.draft, ({ name }) => this.enter(name));

  constructor() {
    const name = sessionStorage.getItem(KEPT_AS);
    if (name !== null) this.guest.set({ name, connection: this.open(name) });
    inject(DestroyRef).onDestroy(() => this.guest()?.connection.close());
  }

  private async enter(given: string): Promise<void> {
    const name = given.trim();
    const connection = this.open(name);
    try {
      await opened(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    sessionStorage.setItem(KEPT_AS, name);
    this.guest.set({ name, connection });
    this.focusHeading();
  }

  private open(name: string): ChatWire {
    return this.connect({ show: () => Promise.resolve({ name }) });
  }
}

/** Waits until the server has let somebody in, which it does not do by any name. */
function opened(connection: ChatWire): Promise<void> {
  return new Promise((done, fail) => {
    const look = () => {
      const { connected, lost, refusal } = connection.state;
      if (refusal) fail(refusal);
      else if (lost) fail(new Silence());
      else if (connected) done();
      else return;
      end();
    };
    const end = connection.subscribe(look);
    look();
  });
}
