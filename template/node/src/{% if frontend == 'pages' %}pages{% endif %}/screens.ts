/** The screens: which there are, and how one of them becomes an answer. */

import path from 'node:path';
import ejs from 'ejs';
import type { Request, Response } from 'express';
import about from '../about.json' with { type: 'json' };
import type { App } from '../app.ts';
import { pathOf } from '../requests.ts';

const folder = path.join(import.meta.dirname, 'templates');

/** What the first page leads to. */
export interface Screen {
  title: string;
  path: string;
  /** What one does there. */
  says: string;
  /** Whether it is a document, and no page. */
  document?: boolean;
}

/** A part of the header: its template, and what that is given. */
interface Part {
  template: string;
  values: (request: Request, response: Response) => Promise<object>;
}

/** One page. */
interface Page {
  template: string;
  /** What the window is called, where that is not only the project. */
  title?: string;
  /** Whether it is no wider than a form. */
  narrow?: boolean;
  scripts?: string[];
  status?: number;
  /** Whether the header is without its parts, which may be what went wrong. */
  bare?: boolean;
  values?: object;
}

declare module '../app.ts' {
  interface App {
    /** What features add to the pages. */
    readonly pages: {
      offered: Screen[];
      parts: Part[];
      /** Scripts by the template that loads them. */
      scripts: Map<string, string[]>;
    };
  }
}

/** Whether an address belongs to one of the screens. */
export function isScreen({ pages }: App, asked: string): boolean {
  const paths = pages.offered.filter((screen) => !screen.document).map((screen) => screen.path);
  return paths.some((own) => asked === own || asked.startsWith(`${own}/`));
}

/** Answers with a page. */
export async function show(
  app: App,
  request: Request,
  response: Response,
  { template, title, narrow = false, scripts = [], status = 200, bare = false, values }: Page,
): Promise<void> {
  const { offered, parts, scripts: added } = app.pages;
  const header = parts
    .filter(() => !bare)
    .map(async (part) => render(app, part.template, await part.values(request, response)));
  const common = { project: about, path: pathOf(request) };
  const html = await render(app, 'layout', {
    ...common,
    title: title === undefined ? about.name : `${title} · ${about.name}`,
    shape: narrow ? 'page narrow' : 'page',
    scripts: [...scripts, ...(added.get(template) ?? [])],
    screens: offered.filter((screen) => !screen.document),
    parts: await Promise.all(header),
    main: await render(app, template, { ...common, ...response.locals, ...values }),
  });
  const body = Buffer.from(html);
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Content-Length', body.length);
  response.end(body);
}

/** Sends a browser to another page, which it reads. */
export function go(response: Response, to: string): void {
  response.statusCode = 303;
  response.setHeader('Location', to);
  response.setHeader('Content-Length', 0);
  response.end();
}

async function render({ config }: App, template: string, values: object): Promise<string> {
  const cache = config.APP_ENV !== 'development';
  const file = path.join(folder, `${template}.ejs`);
  return ejs.renderFile(file, values, { cache, rmWhitespace: true });
}
