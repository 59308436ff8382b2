/** A client for the tests: starts an application on a port of its own and asks it over HTTP. */

import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { after } from 'node:test';
import { type App, createApp, type Feature } from '../src/app.ts';
import { type Config, readConfig } from '../src/config.ts';
import { features } from '../src/features.ts';
import { openLog } from '../src/log.ts';
import { listen } from '../src/server.ts';
import { clientHeaders, environment } from './environment.ts';
import { enter } from './people.ts';

/** What is sent besides method and path; an object as body becomes JSON. */
interface Options {
  headers?: Record<string, string>;
  body?: unknown;
}

/** An answer, read to its end. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
  json: any;
}

/** A started application. */
export interface Started {
  app: App;
  port: number;
  /** The lines it has logged. */
  lines: string[];
  call: (method: string, path: string, options?: Options) => Promise<Answer>;
}

/** Who asks, and what it brings to say so: headers, or what it introduces itself with on a socket. */
export interface Person {
  id: string | null;
  headers: Record<string, string>;
  handshake: Record<string, unknown>;
}

/** Starts an application with these variables and features of the test; it stops when the tests of the file have run. */
export async function start(
  variables: Record<string, string> = {},
  ...others: Feature[]
): Promise<Started> {
  const config: Config = readConfig({ ...(await environment()), ...variables });
  const lines: string[] = [];
  const app = await createApp(
    config,
    openLog(config, (line) => lines.push(line)),
    [...Object.values(features), ...others],
  );
  const { port, stop } = await listen(app, 0);
  after(stop);
  return { app, port, lines, call: (method, path, options) => call(port, method, path, options) };
}

/** The same application, asked by somebody in particular. */
export async function startAs(name: string, ...words: Parameters<typeof start>) {
  const server = await start(...words);
  const person = await enter(server, name);
  return {
    ...server,
    person,
    call: (method: string, path: string, { headers, ...options }: Options = {}) =>
      server.call(method, path, { ...options, headers: { ...person.headers, ...headers } }),
  };
}

/** Asks a server that listens on a port. */
export async function call(
  port: number,
  method: string,
  path: string,
  { headers = {}, body }: Options = {},
): Promise<Answer> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const sent = body === undefined || raw ? body : JSON.stringify(body);
  const type = body === undefined || raw ? {} : { 'Content-Type': 'application/json' };
  const sentHeaders = { ...clientHeaders(), ...type, ...headers };
  const outgoing = request({ port, method, path, headers: sentHeaders });
  if (sent !== undefined && !outgoing.hasHeader('Transfer-Encoding')) {
    outgoing.setHeader('Content-Length', Buffer.byteLength(sent));
  }
  outgoing.end(sent);
  const [incoming] = await once(outgoing, 'response');
  const text: string = (await incoming.setEncoding('utf8').toArray()).join('');
  const isJson = /json/.test(incoming.headers['content-type'] ?? '') && text !== '';
  return {
    status: incoming.statusCode,
    headers: incoming.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}
