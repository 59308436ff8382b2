/** Pages for people, made by the server: the first one, and what all of them share. */

import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { App } from '../app.ts';
import { serveFile } from '../files.ts';
import { address } from '../routes.ts';
import { explainProblems } from './refusals.ts';
import { show } from './screens.ts';

const folder = path.join(import.meta.dirname, 'static');

/** Adds the first page, what pages load, and the pages that say what went wrong. */
export function pages(app: App): void {
  Object.assign(app, { pages: { offered: [], parts: [], scripts: new Map() } });
  for (const file of readdirSync(folder, { withFileTypes: true })) {
    if (file.isFile()) serveFile(app, '/assets', folder, file.name);
  }
  explainProblems(app);
  address(app, '/', {
    GET: async (request, response) => {
      const { offered } = app.pages;
      // Documents come last.
      const cards = offered.toSorted(
        (a, b) => Number(a.document ?? false) - Number(b.document ?? false),
      );
      await show(app, request, response, {
        template: 'home',
        scripts: ['status.js'],
        values: { cards },
      });
    },
  });
}
