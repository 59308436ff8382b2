/** The application in the browser: serves what was built of the folder `frontend/`, which draws every screen. */

import cluster from 'node:cluster';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RequestHandler } from 'express';
import type { App } from '../app.ts';
import { wantsPage } from '../browsers.ts';
import { Problem } from '../errors.ts';
import { ASKED, sendFile, tagOf } from '../files.ts';
import { address } from '../routes.ts';

const KEPT = 'public, max-age=31536000, immutable';

/** A name that is another one as soon as what the file holds is, as those who build applications write it. */
const HASHED = /(^(assets\/.*|chunk)-[\w-]{8}|-[A-Z2-7]{8})(\.[a-z0-9]+)+$/;

/** The feature that serves what was built into a folder. */
export function serveFrontend(folder: string): (app: App) => void {
  return (app) => {
    const files = readFiles(folder);
    for (const [name, content] of files) {
      address(app, patternOf(name), { GET: answerWith(name, content) });
    }
    const html = files.get('index.html');
    const page: RequestHandler = html ? answerWith('index.html', html) : refuse;
    // Where several processes serve, the first says it for all.
    const speaks = (cluster.worker?.id ?? 1) === 1;
    if (!html && speaks) {
      app.log.warning({ folder: 'frontend' }, 'not built');
    }
    address(app, '/', { GET: page });
    app.fallbacks.push((request, response, next) => {
      if (!wantsPage(request, 'GET', 'HEAD')) {
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

/** Answers with one of the files. */
function answerWith(name: string, content: Buffer): RequestHandler {
  const [tag, cache] = [tagOf(content), HASHED.test(name) ? KEPT : ASKED];
  return (_request, response) => sendFile(response, name, content, tag, cache);
}

function refuse(): never {
  throw new Problem(
    503,
    'The front end is not built: README.md says by which command; then start again.',
    { headers: { 'Retry-After': '5' } },
  );
}
