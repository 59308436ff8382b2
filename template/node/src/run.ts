/** Runs one process of the project: it listens, and stops in order when it is told to. */

import cluster from 'node:cluster';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { StartError } from './errors.ts';
import type { Log } from './log.ts';
import { listen } from './server.ts';

/** Why it cannot listen, by the code of the error. */
const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'the address is in use',
  EADDRNOTAVAIL: 'the address is not of this machine',
};

/** Starts it, or ends the process with status 1 and the reason; it listens when it may. */
export async function run(
  config: Config,
  log: Log,
  may: () => Promise<void> = async () => {},
): Promise<void> {
  const app = await createApp(config, log).catch((error: unknown) => {
    if (error instanceof StartError) process.stderr.write(`${error.message}\n`);
    else log.error({ error }, 'failed');
    process.exit(1);
  });

  await may();
  const listener = await listen(app).catch((error: NodeJS.ErrnoException) => {
    const reason = reasons[error.code ?? ''] ?? 'the address cannot be used';
    const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
    process.stderr.write(`Cannot listen on ${host}:${config.PORT}: ${reason}.\n`);
    process.exit(1);
  });
  // Where several serve, the process that looks after them tells it once for all.
  const speaks = cluster.isPrimary;
  if (speaks) log.info({ host: config.HOST, port: listener.port }, 'listening');
  onSignal(async () => {
    await listener.stop();
    if (speaks) log.info('stopped');
    process.exit(0);
  });
}

/** Does something once when the process is told to stop, however often it is told. */
export function onSignal(stop: () => Promise<void>): void {
  // A signal comes twice where npm passes on what the terminal has sent already.
  let told = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      if (!told) void stop();
      told = true;
    });
  }
}
