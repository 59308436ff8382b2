/** Moments, as the reader writes them. */

import { Pipe, type PipeTransform } from '@angular/core';

const written = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Writes a moment in the language and the time zone of the reader. */
@Pipe({ name: 'when' })
export class When implements PipeTransform {
  /** Takes an RFC 3339 time. */
  transform(moment: string): string {
    return written.format(new Date(moment));
  }
}
