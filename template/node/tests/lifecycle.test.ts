import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeApp, createApp, type Feature } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { environment } from './environment.ts';

test('what starts first stops last', async () => {
  const done: string[] = [];
  const feature =
    (name: string): Feature =>
    async (app) => {
      done.push(`start ${name}`);
      app.closers.push(async () => void done.push(`stop ${name}`));
    };
  const app = await createApp(readConfig(await environment()), undefined, [
    feature('one'),
    feature('two'),
  ]);
  await closeApp(app);
  assert.deepEqual(done, ['start one', 'start two', 'stop two', 'stop one']);
});
