/** Texts that clients write: what is trimmed, what is refused, and how long they may be. */

import { z } from 'zod';
import { mustBe } from './schemas.ts';

/** Unicode's White_Space, as a class of a regular expression. */
const SPACES = String.raw`\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const SPACE = new RegExp(String.raw`[\t\n\v\f\r ${SPACES}]`);

/** A text that is kept as it is written; its length is counted in code points. */
export function text(least: number, most: number) {
  return limited(least, most, String.raw`^[^\u0000]*$`, (given) => given);
}

/** A text without the white space at its ends; one of nothing else counts as empty. */
export function line(least: number, most: number) {
  const visible = String.raw`^[^\u0000]*[^\t\n\v\f\r \u0000${SPACES}][^\u0000]*$`;
  return limited(least, most, least > 0 ? visible : String.raw`^[^\u0000]*$`, trim);
}

/** Cleans a text before it is measured; the pattern is what the document says besides the limits. */
function limited(least: number, most: number, pattern: string, clean: (given: string) => string) {
  return z
    .string({ error: mustBe('a string') })
    .overwrite(clean)
    .check((context) => {
      const message = faultOf(context.value, least, most);
      if (message) context.issues.push({ code: 'custom', input: context.value, message });
    })
    .meta({ ...(least > 0 && { minLength: least }), maxLength: most, pattern });
}

function faultOf(value: string, least: number, most: number): string | undefined {
  if (!value.isWellFormed()) return 'This must be well-formed Unicode.';
  if (value.includes('\0')) return 'This must not contain the NUL character.';
  const length = [...value].length;
  if (length < least) return `This must have at least ${least} character${least === 1 ? '' : 's'}.`;
  if (length > most) return `This must have at most ${most} characters.`;
  return undefined;
}

/** Takes the white space off both ends, as Unicode defines it. */
function trim(given: string): string {
  let start = 0;
  let end = given.length;
  while (start < end && SPACE.test(given.charAt(start))) start += 1;
  while (end > start && SPACE.test(given.charAt(end - 1))) end -= 1;
  return given.slice(start, end);
}
