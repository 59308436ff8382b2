/** A field of a form, with its label and what is said of it. */

import { Component, computed, input } from '@angular/core';
import { type FieldTree, FormField } from '@angular/forms/signals';
import type { Sending } from './sending';

/** The field of this name, which is its id, too. */
@Component({
  selector: 'app-field',
  imports: [FormField],
  templateUrl: './field.html',
  host: { class: 'field' },
})
export class Field {
  readonly sending = input.required<Sending>();
  readonly name = input.required<string>();
  readonly label = input.required<string>();
  readonly kind = input<'text' | 'email' | 'password' | 'lines'>('text');
  readonly autocomplete = input('off');
  readonly hint = input('');

  protected readonly control = computed(
    () => this.sending().fields[this.name()] as FieldTree<string>,
  );
  protected readonly error = computed(() => this.sending().errors()[this.name()] ?? '');
  protected readonly described = computed(() => {
    const said = { hint: this.hint(), error: this.error() };
    const ids = Object.entries(said).map(([what, text]) => (text ? `${this.name()}-${what}` : ''));
    return ids.filter(Boolean).join(' ') || null;
  });
}
