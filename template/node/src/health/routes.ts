/** Health: whether the process lives, and whether it is ready for work. */

import { sendJson } from '../answers.ts';
import type { App } from '../app.ts';
import { address } from '../routes.ts';

const LIMIT_MS = 2000;

/** Adds `/health/live` and `/health/ready`. */
export function health(app: App): void {
  address(app, '/health/live', {
    GET: (_request, response) => sendJson(response, 200, { status: 'ok' }),
  });
  address(app, '/health/ready', {
    GET: async (_request, response) => {
      const checks = Object.fromEntries(await Promise.all(runChecks(app)));
      const ready = !app.stopping && Object.values(checks).every((result) => result === 'ok');
      sendJson(response, ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', checks });
    },
  });
}

function runChecks(app: App): Promise<[name: string, result: string]>[] {
  return [...app.checks].map(async ([name, check]): Promise<[string, string]> => {
    try {
      await within(LIMIT_MS, check());
      return [name, 'ok'];
    } catch (error) {
      app.log.warning({ check: name, error }, 'unavailable');
      return [name, 'unavailable'];
    }
  });
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`no answer in ${milliseconds} ms`)),
    milliseconds,
  );
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
