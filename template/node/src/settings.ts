/** How variables of the environment are described, and those that every project has. */

import { isIP } from 'node:net';
import { z } from 'zod';

const environments = ['development', 'test', 'production'] as const;
const levels = ['debug', 'info', 'warning', 'error'] as const;

/** Where the project runs: on a desk, under test or in earnest. */
export type Environment = (typeof environments)[number];

interface Description<Value> {
  /** What a text means, or undefined where it means nothing. */
  read: (text: string, environment: Environment) => Value | undefined;
  /** What the text must be, as the end of a sentence. */
  must: string;
  /** A good text. */
  example: string;
  /** The value when the variable is not set. */
  fallback: NoInfer<Value>;
  /** What it may be in production, for a variable that has to be set there. */
  production?: string;
  /** Whether the text may hold a password, and so is never repeated in a message. */
  secret?: boolean;
}

/** What is given to a variable: its text, if any, and the environment it is read for. */
interface Given {
  text: string | undefined;
  environment: Environment;
}

/** One variable of the environment. */
export function setting<Value>({
  read,
  must,
  example,
  fallback,
  production,
  secret,
}: Description<Value>) {
  return z.custom<Given>().transform(({ text, environment }, context): Value => {
    if (text === undefined && production && environment === 'production') {
      const message = 'is required in production';
      context.issues.push({
        code: 'custom',
        input: text,
        message,
        params: { example: production },
      });
      return z.NEVER;
    }
    const value = text === undefined ? fallback : read(text, environment);
    if (value !== undefined) return value;
    const message = `must be ${must}${secret ? '' : `, not ${JSON.stringify(text)}`}`;
    context.issues.push({ code: 'custom', input: text, message, params: { example } });
    return z.NEVER;
  });
}

/** Reads one of a few words. */
export function oneOf<const Word extends string>(words: readonly Word[]) {
  return (text: string): Word | undefined => words.find((word) => word === text);
}

/** Reads a whole number within bounds. */
export function wholeNumber(least: number, most: number) {
  return (text: string): number | undefined => {
    const number = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  };
}

/** Whether a text is an IP address or the name of a host. */
export function isHost(text: string): boolean {
  if (isIP(text)) return true;
  const labels = text.split('.');
  return (
    text.length <= 253 &&
    labels.every((label) => /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/.test(label)) &&
    !/^[0-9]+$/.test(labels.at(-1) ?? '')
  );
}

/** The variables of the project itself; a feature has its own. */
export const projectSettings = {
  APP_ENV: setting({
    read: oneOf(environments),
    must: `one of ${environments.join(', ')}`,
    example: 'production',
    fallback: 'development',
  }),
  HOST: setting({
    read: (text) => (isHost(text) ? text : undefined),
    must: 'an IP address or a host name',
    example: '127.0.0.1',
    fallback: '127.0.0.1',
  }),
  PORT: setting({
    read: wholeNumber(1, 65535),
    must: 'a whole number from 1 to 65535',
    example: '8000',
    fallback: 8000,
  }),
  LOG_LEVEL: setting({
    read: oneOf(levels),
    must: `one of ${levels.join(', ')}`,
    example: 'info',
    fallback: 'info',
  }),
  TRUST_PROXY: setting({
    read: wholeNumber(0, 10),
    must: 'a whole number from 0 to 10',
    example: '1',
    fallback: 0,
  }),
};
