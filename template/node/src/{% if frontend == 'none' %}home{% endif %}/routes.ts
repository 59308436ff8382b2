/** The first page: what the project offers, and whether it is well. */

import path from 'node:path';
import type { App } from '../app.ts';
import { serveFile, servePage } from '../files.ts';

const root = path.join(import.meta.dirname, 'page');

/** Adds the page and what it loads. */
export function home(app: App): void {
  servePage(app, '/', path.join(root, 'index.html'));
  for (const name of ['icon.svg', 'status.js', 'style.css']) serveFile(app, '/home', root, name);
}
