/** What went wrong, as a page for people: programs are told in the shape of every other error. */

import type { Request, Response } from 'express';
import type { App } from '../app.ts';
import { wantsPage } from '../browsers.ts';
import { describeProblem, type Problem } from '../errors.ts';
import { pathOf } from '../requests.ts';
import { show } from './screens.ts';

/** Turns problems into pages, where somebody asks for one. */
export function explainProblems(app: App): void {
  const { answerProblem } = app;
  app.answerProblem = async (request, response, problem) => {
    if (!isNavigation(request)) {
      await answerProblem(request, response, problem);
      return;
    }
    await explainProblem(app, request, response, problem, { template: 'error' });
  };
}

/** Whether somebody opens a page or sends a form. */
export function isNavigation(request: Request): boolean {
  return wantsPage(request, 'GET', 'HEAD', 'POST');
}

/** Answers with a page that is given what is wrong; it is called like the problem, or as is said here. */
export async function explainProblem(
  app: App,
  request: Request,
  response: Response,
  problem: Problem,
  { template, values, ...named }: { template: string; title?: string; values?: object },
): Promise<void> {
  const described = describeProblem(problem, pathOf(request), response.locals.requestId);
  const words = (described.title ?? 'Error').toLowerCase();
  const { title = words.charAt(0).toUpperCase() + words.slice(1) } = named;
  response.setHeaders(new Map(Object.entries(problem.headers)));
  response.setHeader('Cache-Control', 'no-store');
  const page = { template, title, narrow: true, status: problem.status };
  const explain = (bare: boolean) =>
    show(app, request, response, { ...page, bare, values: { ...described, title, ...values } });
  // Who asks may be what cannot be found out.
  await explain(problem.status >= 500).catch(() => explain(true));
}
