/** Runs parts of the project as processes of their own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { environment } from './environment.ts';

/** Starts Node with arguments and variables, and gathers what it prints. */
export async function run(words: string[], variables: Record<string, string>) {
  const child = spawn(process.execPath, words, {
    env: { ...(await environment()), ...variables },
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    printed.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed.err += chunk;
  });
  return { child, printed, ended: once(child, 'close') };
}
