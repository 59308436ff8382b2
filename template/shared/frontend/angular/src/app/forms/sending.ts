/** Forms that are sent to the server, which alone says what is wrong with them. */

import {
  afterNextRender,
  ElementRef,
  inject,
  Injector,
  type Signal,
  signal,
  type WritableSignal,
} from '@angular/core';
import { type FieldTree, form } from '@angular/forms/signals';
import { explain, fieldErrors } from '../../core/problems';

/** A form: its fields, and why it was refused the last time it was sent. */
export interface Sending {
  fields: FieldTree<Record<string, string>>;
  /** What is wrong on the whole, and with which field. */
  alert: Signal<string>;
  errors: Signal<Record<string, string>>;
  /** Moves the focus to a field. */
  focus(name: string): void;
  /** Shows an error that has come in another way. */
  fail(error: unknown): void;
  /** Shows that nothing is wrong any more. */
  clear(): void;
}

/** Makes a form of what is filled in; where it is refused, its fields are marked and what was typed stays. */
export function injectSending<Model extends Record<string, string>>(
  model: WritableSignal<Model>,
  send: (model: Model) => unknown,
  inWords: (error: unknown) => string = explain,
): Sending {
  const injector = inject(Injector);
  const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  const alert = signal('');
  const errors = signal<Record<string, string>>({});

  const clear = () => {
    alert.set('');
    errors.set({});
  };
  const focusWhatIsWrong = () => {
    // There may be other forms beside this one.
    const wrong = Object.keys(model()).find((name) => name in errors());
    if (wrong !== undefined) focus(wrong);
    else host.querySelector<HTMLElement>('[role=alert]:not(:empty)')?.focus();
  };
  const fail = (error: unknown) => {
    alert.set(inWords(error));
    errors.set(fieldErrors(error));
    afterNextRender({ read: focusWhatIsWrong }, { injector });
  };
  const action = async () => {
    clear();
    try {
      await send(model());
    } catch (error) {
      fail(error);
    }
  };

  const fields: FieldTree<Record<string, string>> = form(model, { submission: { action } });
  const focus = (name: string) => fields[name]?.().focusBoundControl();
  return { fields, alert: alert.asReadonly(), errors: errors.asReadonly(), focus, fail, clear };
}
