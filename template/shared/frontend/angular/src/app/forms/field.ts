/** A field of a form, with its label and what is said of it. */

import { Component, computed, input } from '@angular/core';
import { type FieldTree, FormField } from '@angular/forms/signals';

/** A field; the name is its id. */
@Component({
  selector: 'app-field',
  imports: [FormField],
  templateUrl: './field.html',
  host: { class: 'field' },
})
export class Field {
  readonly name = input.required<string>();
  readonly label = input.required<string>();
  readonly control = input.required<FieldTree<string>>();
  readonly kind = input<'text' | 'email' | 'password' | 'lines'>('text');
  readonly autocomplete = input('off');
  readonly hint = input('');

  protected readonly error = computed(() => this.control()().errors().at(0)?.message ?? '');
  protected readonly described = computed(() => {
    const said = { hint: this.hint(), error: this.error() };
    const ids = Object.entries(said).map(([what, text]) => (text ? `${this.name()}-${what}` : ''));
    return ids.filter(Boolean).join(' ') || null;
  });
}
