/** Entity tags: the version of something stored, as HTTP compares it. */

const TAG = '(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';
const LIST = new RegExp(`^[ \\t,]*${TAG}(?:[ \\t]*,[ \\t,]*${TAG})*[ \\t,]*$`);

/** The tag of a version. */
export function tagOf(version: number): string {
  return `"${version}"`;
}

/** The versions that `If-Match` names, or null where any will do; what cannot be read names none. */
export function versionsIn(ifMatch: string | undefined): number[] | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null;
  const strong = tagsIn(ifMatch).filter((tag) => /^"[1-9][0-9]{0,14}"$/.test(tag));
  return strong.map((tag) => Number(tag.slice(1, -1)));
}

/** Whether `If-None-Match` names a version, and so the client has it already. */
export function isKnown(ifNoneMatch: string | undefined, version: number): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return tagsIn(ifNoneMatch).some((tag) => tag.replace('W/', '') === tagOf(version));
}

function tagsIn(list: string): string[] {
  return LIST.test(list) ? (list.match(new RegExp(TAG, 'g')) ?? []) : [];
}
