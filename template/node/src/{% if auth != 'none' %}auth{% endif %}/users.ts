/** The command `npm run users -- create EMAIL --name NAME`: makes an account, whose password it asks for. */

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { type App, closeApp, createApp } from '../app.ts';
import { readConfigOrExit } from '../config.ts';
import { database, describeOutage } from '../database/connection.ts';
import { Problem, StartError } from '../errors.ts';
import { validate } from '../fields.ts';
import { openLog } from '../log.ts';
import { addAccount, taken } from './routes.ts';
import { NewAccount } from './schemas.ts';
import { storeUsers } from './store.ts';

const USAGE = 'Usage: npm run users -- create EMAIL --name NAME';

/** What is wrong, in one line for whoever has given the command. */
class Wrong extends Error {}

const config = readConfigOrExit();
let app: App | undefined;
try {
  const { email, name } = readWords();
  const password = await readPassword();
  const account = validate(NewAccount, { email, password, name });
  const silent = openLog(config, () => {});
  app = await createApp(config, silent, [database, storeUsers]);
  await checkDatabase(app);
  const user = await addAccount(app, account);
  if (!user) throw new Wrong(taken);
  process.stdout.write(`${user.id}\n`);
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
} finally {
  if (app) await closeApp(app);
}

function readWords(): { email: string; name: string } {
  try {
    const options = { name: { type: 'string' } } as const;
    const { positionals, values } = parseArgs({ options, allowPositionals: true });
    const [command, email, ...others] = positionals;
    const { name } = values;
    if (command === 'create' && email && name !== undefined && others.length === 0) {
      return { email, name };
    }
  } catch {
    // An option that there is not.
  }
  throw new Wrong(USAGE);
}

/** Asks twice where somebody types, and shows nothing of it; else it is one line of the input. */
async function readPassword(): Promise<string> {
  const terminal = process.stdin.isTTY === true;
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: unseen, terminal });
  reader.on('SIGINT', () => process.exit(130));
  const lines = reader[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<string> => {
    if (terminal) process.stderr.write(question);
    const { value = '' } = await lines.next();
    if (terminal) process.stderr.write('\n');
    return value;
  };
  const password = await ask('Password: ');
  const again = terminal ? await ask('The same again: ') : password;
  reader.close();
  if (again !== password) throw new Wrong('The two passwords are not the same.');
  return password;
}

/** Sees that the database is up to date: in production a start leaves that to its owner. */
async function checkDatabase({ checks, outages }: App): Promise<void> {
  try {
    await checks.get('database')?.();
  } catch (error) {
    if (outages.some((isOutage) => isOutage(error))) throw error;
    const { message } = error as Error;
    throw new Wrong(`The database is not up to date: ${message}; first run: npm run migrate`);
  }
}

function describe(error: unknown): string {
  if (error instanceof Problem && error.errors) {
    return error.errors.map(({ path, message }) => `${path.slice(1)}: ${message}`).join('; ');
  }
  if (error instanceof Wrong || error instanceof StartError) return error.message;
  if (app?.outages.some((isOutage) => isOutage(error))) return describeOutage(error, config);
  throw error;
}
