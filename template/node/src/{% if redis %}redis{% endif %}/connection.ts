/** Redis: one client for all features, which finds its server again by itself. */

import { createClient } from 'redis';
import { isServer } from '../addresses.ts';
import type { App } from '../app.ts';
import type { Config } from '../config.ts';
import { setting } from '../settings.ts';

/** How long a connection or a command may take. */
const LIMIT_MS = 2000;

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
    commandOptions: { timeout: LIMIT_MS },
    socket: {
      connectTimeout: LIMIT_MS,
      reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, RETRY_MS),
    },
  });
}

/** Gives the application its client; a server that is away does not stop the start. */
export async function redis(app: App): Promise<void> {
  const client = createRedis(app.config);
  Object.assign(app, { redis: client });
  app.closers.push(async () => client.destroy());
  app.checks.set('redis', async () => void (await client.ping()));

  const { promise: tried, resolve } = Promise.withResolvers<void>();
  let heard = false;
  client.on('ready', () => {
    heard = false;
    resolve();
  });
  client.on('error', (error) => {
    // One line for an outage, however often its end is waited for in vain.
    if (!heard) app.log.warning({ error }, 'redis is away');
    heard = true;
    resolve();
  });
  client.connect().catch(() => {});
  await tried;
}
