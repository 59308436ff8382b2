import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { address } from '../src/routes.ts';
import { type Started, start } from './client.ts';

/** The lines of a request, which are written after its answer. */
async function linesOf(server: Started, word: string): Promise<string[]> {
  while (!server.lines.some((line) => line.includes('request'))) await wait(5);
  return server.lines.filter((line) => line.includes(word));
}

test('every request is one line of json in production', async () => {
  const server = await start({ APP_ENV: 'production' });
  await server.call('GET', '/nowhere?secret=1', { headers: { 'X-Request-Id': 'abc' } });
  const lines = await linesOf(server, '"request"');
  assert.equal(lines.length, 1);
  const line = JSON.parse(lines[0] ?? '');
  assert.deepEqual(Object.keys(line).sort(), [
    'duration_ms',
    'level',
    'message',
    'method',
    'path',
    'request_id',
    'status',
    'time',
  ]);
  assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(typeof line.duration_ms, 'number');
  assert.deepEqual(
    [line.level, line.request_id, line.method, line.path, line.status],
    ['info', 'abc', 'GET', '/nowhere', 404],
  );
});

test('a failure is logged under its request id', async () => {
  const server = await start({ APP_ENV: 'production' }, (app) => {
    address(app, '/broken', { GET: () => Promise.reject(new Error('the cause')) });
  });
  await server.call('GET', '/broken', { headers: { 'X-Request-Id': 'abc' } });
  const [failure = ''] = await linesOf(server, '"failed"');
  const { level, request_id, error } = JSON.parse(failure);
  assert.deepEqual([level, request_id], ['error', 'abc']);
  assert.match(error, /Error: the cause\n {4}at /);
});

test('a request is a readable line in development', async () => {
  const server = await start();
  await server.call('GET', '/health/live');
  const [line] = await linesOf(server, 'request');
  assert.match(
    line ?? '',
    /^[\d:.]{12} info {4}request .*method=GET path=\/health\/live status=200/,
  );
});

test('a request is logged even when its client leaves', async () => {
  const server = await start({}, (app) => {
    address(app, '/slow', { GET: () => {} });
  });
  const socket = connect(server.port, '127.0.0.1');
  socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  setTimeout(() => socket.destroy(), 50);
  const [line] = await linesOf(server, 'request');
  assert.match(line ?? '', /path=\/slow status=499/);
});

test('lines below the level are left out', async () => {
  const server = await start({ LOG_LEVEL: 'error' });
  await server.call('GET', '/health/live');
  assert.deepEqual(server.lines, []);
  const other = await start({}, (app) => {
    address(app, '/quiet', {
      GET: (_request, response) => {
        response.locals.quiet = true;
        response.end();
      },
    });
  });
  await other.call('GET', '/quiet');
  await other.call('GET', '/health/live');
  assert.equal((await linesOf(other, 'request')).length, 1);
});
