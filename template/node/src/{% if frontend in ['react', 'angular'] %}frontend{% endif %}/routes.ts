/** The application in the browser: serves what was built of the folder `frontend/`, which draws every screen. */

import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RequestHandler, Response } from 'express';
import type { App } from '../app.ts';
import { Problem } from '../errors.ts';
import { pathOf } from '../requests.ts';
import { address } from '../routes.ts';

const KEPT = 'public, max-age=31536000, immutable';
const ASKED = 'no-cache';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** A name that is another one as soon as what the file holds is: it ends with eight characters that tell. */
const HASHED = /-(?=[A-Za-z_-]*[A-Z0-9])[\w-]{8}(\.[a-z0-9]+)+$/;
const ELSEWHERE = /^\/(api|assets|auth|health|socket\.io)(\/|$)/;
const HTML = /(^|,)[ \t]*text\/html[ \t]*(?=[,;]|$)(?!;[ \t]*q=0(\.0*)?[ \t]*(,|$))/i;

/** The feature that serves what was built into a folder. */
export function serveFrontend(folder: string): (app: App) => void {
  return (app) => {
    const files = readFiles(folder);
    for (const [name, content] of files) {
      address(app, patternOf(name), { GET: sendFile(name, content) });
    }
    const html = files.get('index.html');
    const page: RequestHandler = html ? sendFile('index.html', html) : refuse;
    // Where several processes serve, the first says it for all.
    const speaks = (cluster.worker?.id ?? 1) === 1;
    if (!html && speaks) {
      app.log.warning({ folder: 'frontend' }, 'not built');
    }
    address(app, '/', { GET: page });
    app.fallbacks.push((request, response, next) => {
      const reads = request.method === 'GET' || request.method === 'HEAD';
      if (!reads || ELSEWHERE.test(pathOf(request)) || !HTML.test(request.headers.accept ?? '')) {
        next();
        return;
      }
      response.vary('Accept');
      page(request, response, next);
    });
  };
}

/** Adds an address for each file that was built, and the screens at all others. */
export const frontend = serveFrontend(path.join(import.meta.dirname, '../../frontend/dist'));

/** What was built, by the names below the folder; nothing before that. */
function readFiles(folder: string): Map<string, Buffer> {
  if (!existsSync(folder)) return new Map();
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((one) => one.isFile())
    .map((one) => path.join(one.parentPath, one.name));
  return new Map(
    paths.map((file) => [
      path.relative(folder, file).replaceAll(path.sep, '/'),
      readFileSync(file),
    ]),
  );
}

/** The address of a file, without what would mean something in a pattern. */
function patternOf(name: string): string {
  const parts = name.split('/').map((part) => encodeURIComponent(part));
  return `/${parts.join('/').replace(/[()!*]/g, '\\$&')}`;
}

function sendFile(name: string, content: Buffer): RequestHandler {
  const headers = new Map([
    ['Cache-Control', HASHED.test(name) ? KEPT : ASKED],
    ['ETag', `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`],
  ]);
  const type = types[path.extname(name)] ?? 'application/octet-stream';
  return (request, response) => {
    response.setHeaders(headers);
    if (isKnown(request.headers['if-none-match'], response)) {
      response.statusCode = 304;
      response.end();
      return;
    }
    response.setHeader('Content-Type', type);
    response.setHeader('Content-Length', content.length);
    response.end(content);
  };
}

function isKnown(ifNoneMatch: string | undefined, response: Response): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(String(response.getHeader('ETag')));
}

function refuse(): never {
  throw new Problem(
    503,
    'The front end is not built: README.md says by which command; then start again.',
    { headers: { 'Retry-After': '5' } },
  );
}
