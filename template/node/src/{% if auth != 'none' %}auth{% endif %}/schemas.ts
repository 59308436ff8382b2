/** What accounts are made of, as clients send and see it. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { component, uuid } from '../api/schemas.ts';
import { input } from '../fields.ts';
import { faultOfName } from '../names.ts';
import { checked, faultOfLength, faultOfWriting, SPACES, trim } from '../text.ts';

const LONGEST_EMAIL = 254;
const LONGEST_PASSWORD = 128;

const NO_NUL = String.raw`^[^\u0000]*$`;
const BLANK = String.raw`[\t\n\v\f\r ${SPACES}]*`;
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?';
const ADDRESS = String.raw`[a-zA-Z0-9.!#$%&'*+/=?^_${'`'}{|}~\-]+@${LABEL}(?:\.${LABEL})+`;
const EMAIL = new RegExp(`^${ADDRESS}$`);

const CONTROL = String.raw`\u0000-\u001f\u007f-\u009f`;
const VISIBLE = String.raw`[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;

/** Passwords that are guessed first, in lower case. */
const common = new Set(
  readFileSync(path.join(import.meta.dirname, 'common-passwords.txt'), 'utf8').split('\n'),
);

function faultOfEmail(value: string): string | undefined {
  const valid = EMAIL.test(value) ? undefined : 'This must be an e-mail address.';
  return faultOfWriting(value) ?? faultOfLength(value, 0, LONGEST_EMAIL) ?? valid;
}

/** Tells what is wrong with a password, whose characters are nobody's business. */
function faultOfPassword(value: string, least: number): string | undefined {
  if (!value.isWellFormed()) return 'This must be well-formed Unicode.';
  return faultOfLength(value, least, LONGEST_PASSWORD);
}

function faultOfNewPassword(value: string): string | undefined {
  const known = common.has(value.toLowerCase());
  return (
    faultOfPassword(value, 12) ??
    (known ? 'This password is among the most common ones.' : undefined)
  );
}

const email = checked(trim, faultOfEmail).meta({
  maxLength: LONGEST_EMAIL,
  pattern: `^${BLANK}${ADDRESS}${BLANK}$`,
});
const name = checked(trim, faultOfName).meta({
  minLength: 1,
  maxLength: 64,
  pattern: `^[^${CONTROL}]*${VISIBLE}[^${CONTROL}]*$`,
});
const isObject = (value: unknown) => typeof value === 'object' && value !== null;
const isSame = (one: unknown, other: string) =>
  typeof one === 'string' && one.toLowerCase() === other.toLowerCase();
const asItIs = (given: string) => given;

/** An account to be. */
export const NewAccount = component(
  'NewAccount',
  input({
    email,
    password: checked(asItIs, faultOfNewPassword).meta({
      minLength: 12,
      maxLength: LONGEST_PASSWORD,
    }),
    name,
  }).refine(({ email, password, name }) => ![email, name].some((said) => isSame(said, password)), {
    path: ['password'],
    error: 'This password must not be the e-mail address or the name.',
    // Whatever is wrong with the others, but after what is wrong with the password itself.
    when: ({ value, issues }) =>
      isObject(value) && !issues.some(({ path }) => path?.[0] === 'password'),
  }),
);

/** What somebody signs in with. */
export const SignIn = component(
  'SignIn',
  input({
    email: checked(
      trim,
      (value) => faultOfWriting(value) ?? faultOfLength(value, 0, LONGEST_EMAIL),
    ).meta({ maxLength: LONGEST_EMAIL, pattern: NO_NUL }),
    password: checked(asItIs, (value) => faultOfPassword(value, 1)).meta({
      minLength: 1,
      maxLength: LONGEST_PASSWORD,
    }),
  }),
);

/** An account as its owner sees it. */
export const Account = component(
  'Account',
  z.strictObject({
    id: uuid(),
    email: z.string().meta({ maxLength: LONGEST_EMAIL }),
    name: z.string().meta({ minLength: 1, maxLength: 64 }),
  }),
);
