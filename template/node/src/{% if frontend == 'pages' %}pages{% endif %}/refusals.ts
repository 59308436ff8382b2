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
    const explain = (bare: boolean) => explainProblem(app, request, response, problem, bare);
    // Who asks may be what cannot be found out.
    await explain(problem.status >= 500).catch(() => explain(true));
  };
}

/** Whether somebody opens a page or sends a form. */
export function isNavigation(request: Request): boolean {
  return wantsPage(request, 'GET', 'HEAD', 'POST');
}

async function explainProblem(
  app: App,
  request: Request,
  response: Response,
  problem: Problem,
  bare: boolean,
): Promise<void> {
  const described = describeProblem(problem, pathOf(request), response.locals.requestId);
  const words = (described.title ?? 'Error').toLowerCase();
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  response.setHeaders(new Map(Object.entries(problem.headers)));
  response.setHeader('Cache-Control', 'no-store');
  await show(app, request, response, {
    template: 'error',
    title,
    narrow: true,
    status: problem.status,
    bare,
    values: { ...described, title },
  });
}
