import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './client.ts';

const server = await start();

test('every answer carries the security headers', async () => {
  for (const [method, path] of [
    ['GET', '/health/live'],
    ['GET', '/nowhere'],
    ['OPTIONS', '/health/live'],
    ['POST', '/health/live'],
  ] as const) {
    const { headers } = await server.call(method, path);
    assert.equal(
      headers['content-security-policy'],
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'",
    );
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['referrer-policy'], 'strict-origin-when-cross-origin');
    assert.equal(headers['permissions-policy'], 'camera=(), geolocation=(), microphone=()');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['cache-control'], 'no-store');
  }
});

test('https is demanded in production only', async () => {
  const production = await start({ APP_ENV: 'production' });
  const demanded = await production.call('GET', '/health/live');
  const { headers } = await server.call('GET', '/health/live');
  assert.equal(
    demanded.headers['strict-transport-security'],
    'max-age=63072000; includeSubDomains',
  );
  assert.equal(headers['strict-transport-security'], undefined);
});

test('no answer names the server', async () => {
  for (const path of ['/health/live', '/nowhere']) {
    const { headers } = await server.call('GET', path);
    assert.deepEqual([headers.server, headers['x-powered-by']], [undefined, undefined]);
  }
});
