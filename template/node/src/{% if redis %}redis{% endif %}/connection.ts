/** Redis: one client for all features, which finds its server again by itself. */

import { createClient } from 'redis';
import { isServer } from '../addresses.ts';
import type { App } from '../app.ts';
import type { Config } from '../config.ts';
import { setting } from '../settings.ts';

/** How long a connection may take to come about, and how long the server may be silent. */
const SILENT_MS = 2000;

/** After this a connection that never became ready is given up; longer than anything blocks this process. */
const DEAD_MS = 10_000;

/** How often the server is asked whether it is there. */
const BEAT_MS = 500;

/** How long a client that lost its server waits before it looks for it again, at the most. */
const RETRY_MS = 500;

const example = 'redis://127.0.0.1:6379/0';

/** The address of Redis. */
export const redisSettings = {
  REDIS_URL: setting({
    read: (text) =>
      isServer(text, { schemes: ['redis', 'rediss'], path: /^(\/[0-9]*)?$/ }) ? text : undefined,
    must: 'the address of a Redis server',
    example,
    fallback: example,
    production: example,
    secret: true,
  }),
};

/** The client; without its server a command fails at once. */
export type Redis = ReturnType<typeof createRedis>;

declare module '../app.ts' {
  interface App {
    readonly redis: Redis;
  }
}

/** Makes a client, which is not connected yet. */
export function createRedis({ REDIS_URL }: Config) {
  return createClient({
    url: REDIS_URL,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: SILENT_MS,
      socketTimeout: DEAD_MS,
      reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, RETRY_MS),
    },
  });
}

/** Gives the application its client; a server that is away does not stop the start. */
export async function redis(app: App): Promise<void> {
  const client = createRedis(app.config);
  Object.assign(app, { redis: client });
  app.checks.set('redis', async () => void (await client.ping()));

  const { promise: tried, resolve } = Promise.withResolvers<void>();
  let away = false;
  client.on('ready', () => {
    away = false;
    resolve();
  });
  client.on('error', ({ message }: Error) => {
    // One line for an outage, however often its end is waited for in vain.
    if (!away) app.log.warning({ reason: message }, 'redis is away');
    away = true;
    resolve();
  });
  const heart = setInterval(() => void beat(client), BEAT_MS);
  app.closers.push(async () => {
    clearInterval(heart);
    client.destroy();
  });
  client.connect().catch(() => {});
  await tried;
}

/** Hangs up on a server that is silent: what waits for it fails, and what comes next fails at once. */
async function beat(client: Redis): Promise<void> {
  if (!client.isReady) return;
  let answered = false;
  const hangUp = () => {
    if (answered) return;
    client.emit('error', new Error('Redis is silent.'));
    client.destroy();
    client.connect().catch(() => {});
  };
  // An answer may wait to be read, when it is this process that stood still: it is read before the hang-up.
  const timer = setTimeout(() => setTimeout(hangUp, 1), SILENT_MS - BEAT_MS);
  await client.ping().catch(() => {});
  answered = true;
  clearTimeout(timer);
}
