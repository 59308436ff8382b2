/** The log: one line for each thing that happened, JSON in production and readable elsewhere. */

import { inspect } from 'node:util';
import { pino } from 'pino';
import type { App } from './app.ts';
import type { Config } from './config.ts';
import { pathOf } from './requests.ts';

declare global {
  namespace Express {
    interface Locals {
      /** Whether a request has no line of its own, for what it belongs to has. */
      quiet?: boolean;
    }
  }
}

const levels = { debug: 20, info: 30, warning: 40, error: 50 };

/** What is logged of a client that left before its answer was sent, as other servers do. */
const CLIENT_GONE = 499;

/** A log has one function for each level; it takes the facts of a line, then what happened. */
export type Log = pino.Logger<keyof typeof levels, true>;

/** Opens the log of a configuration; lines go to standard output unless told otherwise. */
export function openLog(
  config: Pick<Config, 'APP_ENV' | 'LOG_LEVEL'>,
  print: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  const write = config.APP_ENV === 'production' ? print : (line: string) => print(readable(line));
  const options: pino.LoggerOptions<keyof typeof levels, true> = {
    level: config.LOG_LEVEL,
    customLevels: levels,
    useOnlyCustomLevels: true,
    base: null,
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level) => ({ level }) },
    serializers: { error: (error: unknown) => inspect(error) },
  };
  return pino(options, { write });
}

function readable(line: string): string {
  const { level, time, message, error, ...facts } = JSON.parse(line);
  const words = Object.entries(facts).map(([name, value]) => `${name}=${value}`);
  const cause = error === undefined ? '' : `\n${error}`;
  return `${time.slice(11, 23)} ${level.padEnd(7)} ${[message, ...words].join(' ')}${cause}\n`;
}

/** Logs one line for every request when its answer is done, or when the client has gone. */
export function logRequests(app: App): void {
  app.express.use((request, response, next) => {
    const start = performance.now();
    response.on('close', () => {
      if (response.locals.quiet) return;
      const facts = {
        request_id: response.locals.requestId,
        method: request.method,
        path: pathOf(request),
        status: response.writableFinished ? response.statusCode : CLIENT_GONE,
        duration_ms: Math.round((performance.now() - start) * 100) / 100,
      };
      app.log.info(facts, 'request');
    });
    next();
  });
}
