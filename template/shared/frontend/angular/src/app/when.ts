/** Moments, as the reader writes them. */

import { Pipe, type PipeTransform } from '@angular/core';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Writes a moment in the language and the time zone of the reader. */
@Pipe({ name: 'when' })
export class When implements PipeTransform {
  /** Takes an RFC 3339 time; of today the hour is enough where talk is quick. */
  transform(time: string, brief = false): string {
    const moment = new Date(time);
    const isToday = moment.toDateString() === new Date().toDateString();
    return (brief && isToday ? clock : calendar).format(moment);
  }
}
