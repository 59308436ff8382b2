import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './client.ts';

declare module '../src/events.ts' {
  interface Announcements {
    made: number;
    other: number;
  }
}

test('an event reaches its listeners', async () => {
  const { events } = (await start()).app;
  const heard: number[] = [];
  const leave = events.on('made', (number) => heard.push(number));
  events.emit('made', 1);
  events.emit('other', 2);
  leave();
  events.emit('made', 3);
  assert.deepEqual(heard, [1]);
});

test('a listener that fails disturbs nobody', async () => {
  const server = await start();
  const { events } = server.app;
  const heard: number[] = [];
  events.on('made', () => {
    throw new Error('at once');
  });
  events.on('made', async () => {
    throw new Error('later');
  });
  events.on('made', (number) => heard.push(number));
  events.emit('made', 1);
  assert.deepEqual(heard, [1]);
  await new Promise((resolve) => setImmediate(resolve));
  const told = server.lines.filter((line) => line.includes('listener failed'));
  assert.match(told.join(''), /name=made[\s\S]*at once[\s\S]*name=made[\s\S]*later/);
});
