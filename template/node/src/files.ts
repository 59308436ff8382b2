/** Files that browsers load: asked for each time, and sent again only when they have changed. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Response } from 'express';
import type { App } from './app.ts';
import { address } from './routes.ts';

/** How a file is kept that has to be asked for. */
export const ASKED = 'no-cache';

const kinds: Record<string, string> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp4': 'video/mp4',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
};

/** Adds an address for a page that is the same for everybody. */
export function servePage(app: App, at: string, file: string): void {
  const html = readFileSync(file);
  address(app, at, {
    GET: (_request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.setHeader('Content-Length', html.length);
      response.end(html);
    },
  });
}

/** Adds an address for a file that lies in a folder. */
export function serveFile(app: App, at: string, root: string, name: string): void {
  address(app, `${at}/${name}`, {
    GET: async (_request, response) => {
      const content = await readFile(path.join(root, name));
      sendFile(response, name, content, tagOf(content));
    },
  });
}

/** Answers with a file: without its content for who has it. */
export function sendFile(
  response: Response,
  name: string,
  content: Buffer,
  tag: string,
  cache = ASKED,
): void {
  const type = kinds[path.extname(name).toLowerCase()] ?? 'application/octet-stream';
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', cache);
  response.setHeader('ETag', tag);
  response.send(content);
}

/** What tells this content from any other. */
export function tagOf(content: Buffer): string {
  return `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`;
}
