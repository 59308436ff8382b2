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
import { explain, fieldErrors } from '../../shared/problems';

/** A form: its fields, and why it was refused. */
export interface Sending<Model> {
  fields: FieldTree<Model>;
  alert: Signal<string>;
}

/** Makes a form of what is filled in; where it is refused, its fields are marked and what was typed stays. */
export function injectSending<Model extends Record<string, string>>(
  model: WritableSignal<Model>,
  send: (model: Model) => Promise<unknown>,
): Sending<Model> {
  const injector = inject(Injector);
  const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  const alert = signal('');

  const action = async (fields: FieldTree<Model>) => {
    alert.set('');
    try {
      await send(model());
      return undefined;
    } catch (error) {
      alert.set(explain(error));
      afterNextRender({ read: focus }, { injector });
      return marks(fields, fieldErrors(error));
    }
  };
  const focus = () => {
    const told = host.querySelector<HTMLElement>('[aria-invalid=true]') ?? alertIn(host);
    told?.focus();
  };

  const fields = form(model, { submission: { action, ignoreValidators: 'all' } });
  return { fields, alert: alert.asReadonly() };
}

function marks<Model extends object>(fields: FieldTree<Model>, errors: Record<string, string>) {
  const named = fields as unknown as Record<string, FieldTree<string> | undefined>;
  return Object.entries(errors).flatMap(([name, message]) => {
    const fieldTree = named[name];
    return fieldTree ? [{ kind: 'refused', message, fieldTree }] : [];
  });
}

function alertIn(host: HTMLElement): HTMLElement | null {
  return host.querySelector('[role=alert]');
}
