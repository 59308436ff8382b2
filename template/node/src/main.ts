/** Runs the project: reads its settings, listens, and stops in order when it is told to. */

import { createApp } from './app.ts';
import { readConfigOrExit } from './config.ts';
import { StartError } from './errors.ts';
import { openLog } from './log.ts';
import { listen } from './server.ts';

const config = readConfigOrExit();
const log = openLog(config);

/** Why it cannot listen, by the code of the error. */
const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'the address is in use',
  EADDRNOTAVAIL: 'the address is not of this machine',
};

const app = await createApp(config, log).catch((error: unknown) => {
  if (error instanceof StartError) process.stderr.write(`${error.message}\n`);
  else log.error({ error }, 'failed');
  process.exit(1);
});

const listener = await listen(app).catch((error: NodeJS.ErrnoException) => {
  const reason = reasons[error.code ?? ''] ?? 'the address cannot be used';
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  process.stderr.write(`Cannot listen on ${host}:${config.PORT}: ${reason}.\n`);
  process.exit(1);
});

// A signal comes twice where npm passes on what the terminal has sent already.
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    listener.stop().then(() => process.exit(0));
  });
}
