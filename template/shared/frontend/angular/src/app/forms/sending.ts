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
}

/** Makes a form of what is filled in; where it is refused, its fields are marked and what was typed stays. */
export function injectSending<Model extends Record<string, string>>(
  model: WritableSignal<Model>,
  send: (model: Model) => Promise<unknown>,
  inWords: (error: unknown) => string = explain,
): Sending {
  const injector = inject(Injector);
  const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  const alert = signal('');
  const errors = signal<Record<string, string>>({});
  const find = (what: string) => host.querySelector<HTMLElement>(what);

  const focusWhatIsWrong = () => {
    (find('[aria-invalid=true]') ?? find('[role=alert]:not(:empty)'))?.focus();
  };
  const action = async () => {
    try {
      await send(model());
      alert.set('');
      errors.set({});
    } catch (error) {
      alert.set(inWords(error));
      errors.set(fieldErrors(error));
      afterNextRender({ read: focusWhatIsWrong }, { injector });
    }
  };

  const fields = form(model, { submission: { action } });
  return {
    fields,
    alert: alert.asReadonly(),
    errors: errors.asReadonly(),
    focus: (name) => find(`#${name}`)?.focus(),
  };
}
