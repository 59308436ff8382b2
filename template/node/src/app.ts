/** The application: what is set up, and in which order. */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { Config } from './config.ts';
import { answerErrors, type Problem, sendProblem } from './errors.ts';
import { createEvents, type Events } from './events.ts';
import { features } from './features.ts';
import { sendHeaders } from './headers.ts';
import { type Log, logRequests, openLog } from './log.ts';
import { identifyRequests, refuseMalformed } from './requests.ts';
import { allowMethods, type Gate } from './routes.ts';

/** What every feature finds in the application that it is given. */
interface Core {
  readonly config: Config;
  readonly express: Express;
  readonly log: Log;
  readonly events: Events;
  /** The addresses that answer, each with its methods. */
  readonly addresses: Map<string, string[]>;
  /** What has to work before the project is ready, by the name it has in `/health/ready`. */
  readonly checks: Map<string, () => Promise<void>>;
  /** Whether an error means that something this project leans on is away for now. */
  readonly outages: ((error: unknown) => boolean)[];
  /** Whether an error means that a value which a client sent can never be kept. */
  readonly refusals: ((error: unknown) => boolean)[];
  /** Who may refuse a request at an address, before anything of it is read. */
  readonly gates: Gate[];
  /** Who takes over a connection that a request at an address asks to turn into another protocol. */
  readonly upgrades: Map<string, (request: IncomingMessage, socket: Socket, head: Buffer) => void>;
  /** Who is asked for what no address answers, before the answer is that there is nothing. */
  readonly fallbacks: RequestHandler[];
  /** What ends the connections that would last for ever, when the project begins to stop. */
  readonly leavers: (() => Promise<void>)[];
  /** What is closed when the project stops, last opened first. */
  readonly closers: (() => Promise<void>)[];
  /** Writes the headers of an answer to OPTIONS. */
  answerOptions: (request: Request, response: Response, methods: string[]) => void;
  /** Writes an answer that says what went wrong. */
  answerProblem: (request: Request, response: Response, problem: Problem) => void | Promise<void>;
  /** Whether the project is shutting down. */
  stopping: boolean;
}

/** The application of one running project; a feature that offers more adds it by declaration merging. */
export interface App extends Core {}

/** A feature sets itself up on the application that it is given. */
export type Feature = (app: App) => void | Promise<void>;

/** Makes the application of a configuration. */
export async function createApp(
  config: Config,
  log: Log = openLog(config),
  chosen: Feature[] = Object.values(features),
): Promise<App> {
  const core: Core = {
    config,
    express: createExpress(config),
    log,
    events: createEvents(log),
    addresses: new Map(),
    checks: new Map(),
    outages: [],
    refusals: [],
    gates: [],
    upgrades: new Map(),
    fallbacks: [],
    leavers: [],
    closers: [],
    answerOptions: allowMethods,
    answerProblem: sendProblem,
    stopping: false,
  };
  const app = core as App;
  identifyRequests(app);
  logRequests(app);
  sendHeaders(app);
  refuseMalformed(app);
  for (const feature of chosen) await feature(app);
  answerErrors(app);
  return app;
}

/** Closes what the features of an application opened. */
export async function closeApp(app: App): Promise<void> {
  for (const close of app.closers.toReversed()) await close();
}

function createExpress(config: Config): Express {
  const application = express();
  application.disable('x-powered-by');
  application.disable('etag');
  application.disable('query parser');
  application.enable('case sensitive routing');
  application.enable('strict routing');
  application.set('trust proxy', config.TRUST_PROXY);
  return application;
}
