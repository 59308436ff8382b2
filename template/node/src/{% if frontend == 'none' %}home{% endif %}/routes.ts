/** The first page: what the project offers, and whether it is well. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { App } from '../app.ts';
import { address } from '../routes.ts';

const root = path.join(import.meta.dirname, 'page');

/** Adds the page and what it loads. */
export function home(app: App): void {
  const html = readFileSync(path.join(root, 'index.html'));
  address(app, '/', {
    GET: (_request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.setHeader('Content-Length', html.length);
      response.end(html);
    },
  });
  for (const name of ['icon.svg', 'status.js', 'style.css']) {
    address(app, `/home/${name}`, {
      GET: (_request, response) =>
        response.sendFile(name, {
          root,
          headers: { 'Cache-Control': 'public, max-age=3600' },
          lastModified: false,
          acceptRanges: false,
        }),
    });
  }
}
