/** The documentation of the API: the OpenAPI document, and a page to read and try it. */

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { sendJson } from '../answers.ts';
import type { App } from '../app.ts';
import { serveFile, servePage } from '../files.ts';
import { address } from '../routes.ts';
import { writeDocument } from './document.ts';
import { describe } from './operations.ts';
import { component } from './schemas.ts';

const page = path.join(import.meta.dirname, 'docs');
const swagger = path.dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist')));

/** What the page loads, and where it lies. */
const assets = new Map([
  ['start.js', page],
  ['swagger-ui-bundle.js', swagger],
  ['swagger-ui.css', swagger],
  ['favicon-32x32.png', swagger],
]);

const Liveness = component('Liveness', z.strictObject({ status: z.literal('ok') }));

/** Adds `/api/openapi.json` and `/api/docs`, which also know what later features add. */
export function documentation(app: App): void {
  describeRest(app);
  let document: object | undefined;
  address(app, '/api/openapi.json', {
    GET: (_request, response) => {
      document ??= writeDocument(app);
      sendJson(response, 200, document);
    },
  });
  servePage(app, '/api/docs', path.join(page, 'index.html'));
  for (const [name, root] of assets) serveFile(app, '/api/docs', root, name);
}

/** Describes the routes that are no operations of the API but part of the document. */
function describeRest(app: App): void {
  const checks = [...app.checks.keys()];
  const state = z.enum(['ok', 'unavailable']);
  const states = z.strictObject(Object.fromEntries(checks.map((name) => [name, state])));
  const Readiness = component('Readiness', z.strictObject({ status: state, checks: states }));
  const readiness = (status: 'ok' | 'unavailable') => ({
    status,
    checks: Object.fromEntries(checks.map((name) => [name, status])),
  });
  describe(app, [
    {
      id: 'live',
      method: 'GET',
      path: '/health/live',
      tag: 'health',
      summary: 'Is the process alive?',
      answers: {
        200: { description: 'It is alive.', schema: Liveness, example: { status: 'ok' } },
      },
    },
    {
      id: 'ready',
      method: 'GET',
      path: '/health/ready',
      tag: 'health',
      summary: 'May it be sent requests?',
      answers: {
        200: { description: 'It is ready.', schema: Readiness, example: readiness('ok') },
        503: {
          description: 'It is not ready.',
          schema: Readiness,
          example: readiness('unavailable'),
        },
      },
    },
    {
      id: 'openapi',
      method: 'GET',
      path: '/api/openapi.json',
      tag: 'api',
      summary: 'The OpenAPI document',
      answers: { 200: { description: 'The document.', schema: z.looseObject({}) } },
    },
    {
      id: 'docs',
      method: 'GET',
      path: '/api/docs',
      tag: 'api',
      summary: 'A page to read and try the API',
      answers: {
        200: { description: 'The page.', schema: z.string(), mediaType: 'text/html' },
      },
    },
  ]);
}
