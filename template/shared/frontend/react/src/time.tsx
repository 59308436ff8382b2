/** Times, as the reader is used to. */

const written = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Shows a moment. */
export function Time({ at }: { at: string }) {
  return <time dateTime={at}>{written.format(new Date(at))}</time>;
}
