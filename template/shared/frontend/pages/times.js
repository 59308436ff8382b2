// Times are written as the reader writes them, in the reader's zone.
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Writes each time below a node; of today the hour is enough where talk is quick. */
export function showTimes(node, brief = false) {
  const today = new Date().toDateString();
  for (const time of node.querySelectorAll('time')) {
    const moment = new Date(time.dateTime);
    const format = brief && moment.toDateString() === today ? clock : calendar;
    time.textContent = format.format(moment);
  }
}

showTimes(document);
