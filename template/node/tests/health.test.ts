import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './client.ts';

const server = await start();

test('the process is alive', async () => {
  const answer = await server.call('GET', '/health/live');
  assert.deepEqual([answer.status, answer.text], [200, '{"status":"ok"}']);
  assert.equal(answer.headers['content-type'], 'application/json');
  const head = await server.call('HEAD', '/health/live');
  assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', '15']);
});

test('the process is ready', async () => {
  const { status, json } = await server.call('GET', '/health/ready');
  const checks = Object.fromEntries([...server.app.checks.keys()].map((name) => [name, 'ok']));
  assert.deepEqual([status, json], [200, { status: 'ok', checks }]);
});

test('a check that fails or hangs makes it unready', { timeout: 5000 }, async () => {
  const slow = await start({}, (app) => {
    app.checks.set('quick', async () => {});
    app.checks.set('failing', () => Promise.reject(new Error('the cause')));
    app.checks.set('hanging', () => new Promise(() => {}));
  });
  const { status, json } = await slow.call('GET', '/health/ready');
  assert.deepEqual([status, json.status], [503, 'unavailable']);
  const { quick, failing, hanging } = json.checks;
  assert.deepEqual([quick, failing, hanging], ['ok', 'unavailable', 'unavailable']);
});

test('a process that is shutting down is not ready', async () => {
  server.app.stopping = true;
  const { status, json } = await server.call('GET', '/health/ready');
  assert.deepEqual([status, json.status], [503, 'unavailable']);
});
