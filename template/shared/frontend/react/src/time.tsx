/** Times, as the reader is used to. */

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Shows a moment; of today the hour is enough where talk is quick. */
export function Time({ at, brief = false }: { at: string; brief?: boolean }) {
  const moment = new Date(at);
  const isToday = moment.toDateString() === new Date().toDateString();
  return <time dateTime={at}>{(brief && isToday ? clock : calendar).format(moment)}</time>;
}
