import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
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

test('what is done at the stop waits for what runs beside the requests', async () => {
  const done: string[] = [];
  const app = await createApp(readConfig(await environment()), undefined, [
    async ({ closers }) => void closers.push(async () => void done.push('closed')),
    async ({ closers }) => {
      const work = wait(100).then(() => done.push('worked'));
      closers.push(async () => void (await work));
    },
  ]);
  await closeApp(app);
  assert.deepEqual(done, ['worked', 'closed']);
});
