// Times are written as the reader writes them, in the reader's zone.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Writes each time below a node. */
export function showTimes(node) {
  for (const time of node.querySelectorAll('time')) {
    time.textContent = format.format(new Date(time.dateTime));
  }
}

showTimes(document);
