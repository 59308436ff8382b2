/** What the environment says, read and checked once: the rest of the project takes its values from here. */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { settings } from './features.ts';
import type { Environment } from './settings.ts';

const NOT_UTF_8 = '.env must be text in UTF-8; for example a copy of .env.example';

const variables = z.object(settings);

/** The checked settings, under the names of their variables. */
export type Config = z.infer<typeof variables>;

/** A variable is wrong; the message is the one line for whoever started the process. */
export class ConfigError extends Error {}

/** Reads the settings from an environment and, in development, from the file `.env` of a folder. */
export function readConfig(
  environment: NodeJS.Dict<string> = process.env,
  folder: string = process.cwd(),
): Config {
  const real = withoutEmpty(environment);
  const { APP_ENV } = check(variables.pick({ APP_ENV: true }), real, 'development');
  const file = APP_ENV === 'development' ? envFile(folder) : {};
  return check(variables, { ...file, ...real, APP_ENV }, APP_ENV);
}

/** Reads the settings for a command, which a wrong one ends with status 78 (EX_CONFIG). */
export function readConfigOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78);
  }
}

function check<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  texts: NodeJS.Dict<string>,
  environment: Environment,
) {
  const names = Object.keys(schema.shape);
  const given = names.map((name) => [name, { text: texts[name], environment }]);
  const result = schema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssueCustom;
  const name = String(issue.path[0]);
  throw new ConfigError(`${name} ${issue.message}; for example ${name}=${issue.params?.example}`);
}

function envFile(folder: string): NodeJS.Dict<string> {
  const file = path.join(folder, '.env');
  if (!existsSync(file)) return {};
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    return withoutEmpty(parseEnv(text));
  } catch (error) {
    throw error instanceof TypeError ? new ConfigError(NOT_UTF_8) : error;
  }
}

function withoutEmpty(variables: NodeJS.Dict<string>): NodeJS.Dict<string> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
}
