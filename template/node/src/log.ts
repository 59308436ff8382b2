/** The log: one line for each thing that happened, JSON in production and readable elsewhere. */

import { inspect } from 'node:util';
import type { App } from './app.ts';
import type { Config } from './config.ts';
import { pathOf } from './requests.ts';

const levels = ['debug', 'info', 'warning', 'error'] as const;

/** What is logged of a client that left before its answer was sent, as other servers do. */
const CLIENT_GONE = 499;

type Level = (typeof levels)[number];

/** Writes a line at one level: what happened, and the facts that belong to it. */
export type Write = (message: string, facts?: Record<string, unknown>) => void;

/** A log has one function for each level. */
export type Log = Record<Level, Write>;

/** Opens the log of a configuration; lines go to standard output unless told otherwise. */
export function openLog(
  config: Pick<Config, 'APP_ENV' | 'LOG_LEVEL'>,
  print: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  const format = config.APP_ENV === 'production' ? jsonLine : readableLine;
  const least = levels.indexOf(config.LOG_LEVEL);
  const writer = (level: Level): Write =>
    levels.indexOf(level) < least
      ? () => {}
      : (message, facts = {}) => print(`${format(level, message, facts)}\n`);
  return {
    debug: writer('debug'),
    info: writer('info'),
    warning: writer('warning'),
    error: writer('error'),
  };
}

function jsonLine(level: Level, message: string, facts: Record<string, unknown>): string {
  const { error, ...rest } = facts;
  const line = { time: new Date().toISOString(), level, message, ...rest };
  return JSON.stringify(error === undefined ? line : { ...line, error: inspect(error) });
}

function readableLine(level: Level, message: string, facts: Record<string, unknown>): string {
  const { error, ...rest } = facts;
  const time = new Date().toISOString().slice(11, 23);
  const words = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  const cause = error === undefined ? '' : `\n${inspect(error)}`;
  return `${time} ${level.padEnd(7)} ${[message, ...words].join(' ')}${cause}`;
}

/** Logs one line for every request when its answer is done, or when the client has gone. */
export function logRequests(app: App): void {
  app.express.use((request, response, next) => {
    const start = performance.now();
    response.on('close', () => {
      app.log.info('request', {
        request_id: response.locals.requestId,
        method: request.method,
        path: pathOf(request),
        status: response.writableFinished ? response.statusCode : CLIENT_GONE,
        duration_ms: Math.round((performance.now() - start) * 100) / 100,
      });
    });
    next();
  });
}
