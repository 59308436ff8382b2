/** The keys of this project: the first one signs, and what any of them has signed is believed. */

import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Config } from '../config.ts';
import { setting } from '../settings.ts';

const LEAST = 32;
const DEVELOPMENT = 'for-development-only-and-never-in-production';
const example = '$(openssl rand -hex 32)';

/** The variable that holds them, separated by commas. */
export const keySettings = {
  SECRET_KEY: setting({
    read: (text, environment) => {
      const keys = text.split(',').map((key) => key.trim());
      const known = environment === 'production' && keys.includes(DEVELOPMENT);
      const long = keys.every((key) => [...key].length >= LEAST);
      return long && !known ? keys : undefined;
    },
    must: `one or more keys of at least ${LEAST} characters, separated by commas`,
    example,
    fallback: [DEVELOPMENT],
    production: example,
    secret: true,
  }),
};

/** The keys of a configuration, the one that signs first. */
export function keysOf({ SECRET_KEY }: Config): [KeyObject, ...KeyObject[]] {
  return SECRET_KEY.map((key) => createSecretKey(Buffer.from(key))) as [KeyObject];
}
