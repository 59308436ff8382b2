import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './client.ts';

const server = await start();

test('the first page names the project', async () => {
  const { status, headers, text } = await server.call('GET', '/');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.match(text, /<h1>/);
  assert.match(text, /\/health\/ready/);
});

test('what the first page loads comes from here and is kept', async () => {
  const { text } = await server.call('GET', '/');
  for (const [name, type] of [
    ['style.css', 'text/css'],
    ['status.js', 'text/javascript'],
    ['icon.svg', 'image/svg+xml'],
  ] as const) {
    assert.ok(text.includes(`/home/${name}`));
    const { status, headers } = await server.call('GET', `/home/${name}`);
    assert.equal(status, 200);
    assert.ok(headers['content-type']?.startsWith(type));
    assert.equal(headers['cache-control'], 'public, max-age=3600');
    assert.deepEqual([headers['last-modified'], headers['accept-ranges']], [undefined, undefined]);
  }
});
