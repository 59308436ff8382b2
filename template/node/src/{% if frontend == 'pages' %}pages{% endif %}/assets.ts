/** What pages load: every file of the folder `static`, under its name. */

import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { App } from '../app.ts';
import { address } from '../routes.ts';

const folder = path.join(import.meta.dirname, 'static');

/** Where they are. */
export const ASSETS = '/assets';

/** Adds an address for each of our files. */
export function serveAssets(app: App): void {
  for (const name of readdirSync(folder)) serveAsset(app, folder, name);
}

/** Adds an address for a file of a folder. */
export function serveAsset(app: App, root: string, name: string): void {
  address(app, `${ASSETS}/${name}`, {
    GET: (_request, response) =>
      response.sendFile(name, {
        root,
        headers: { 'Cache-Control': 'public, max-age=3600' },
        lastModified: false,
        acceptRanges: false,
      }),
  });
}
