import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem, Unavailable } from '../src/errors.ts';
import { address } from '../src/routes.ts';
import { start } from './client.ts';

const server = await start({}, (app) => {
  app.outages.push((error) => error instanceof RangeError);
  app.refusals.push((error) => error instanceof TypeError);
  app.fallbacks.push((request, response, next) => {
    if (request.path === '/elsewhere') response.end();
    else next();
  });
  app.gates.push({
    guards: (method, path) => method === 'POST' && path === '/guarded',
    handler: () => {
      throw new Problem(429, 'Later.');
    },
    problem: new Problem(429, 'Later.'),
  });
  address(app, '/guarded', {
    GET: () => {
      throw new TypeError('too long');
    },
    POST: () => {
      throw new Error('never reached');
    },
    DELETE: () => {
      throw new Unavailable('away');
    },
  });
  address(app, '/orders', {
    POST: () => {
      throw new RangeError('away');
    },
  });
  address(app, '/orders/:number', { GET: (_request, response) => void response.end() });
});

test('an unknown address is a 404 problem', async () => {
  for (const path of ['/nowhere', '/Health/live', '/health/live/', '/%zz', '/orders/%zz']) {
    const answer = await server.call('GET', `${path}?a=b`);
    assert.equal(answer.status, 404);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    assert.deepEqual(answer.json, {
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is nothing at this address.',
      instance: path,
      request_id: answer.headers['x-request-id'],
    });
  }
  // A feature may know what to say there.
  assert.equal((await server.call('GET', '/elsewhere')).status, 200);
});

test('a wrong method is a 405 that names the allowed ones', async () => {
  const answer = await server.call('DELETE', '/health/live');
  assert.equal(answer.status, 405);
  assert.equal(answer.headers.allow, 'GET, HEAD, OPTIONS');
  assert.equal(answer.json.detail, 'This address does not answer to DELETE.');
  assert.equal((await server.call('HEAD', '/orders')).headers.allow, 'OPTIONS, POST');
});

test('options answers with the allowed methods', async () => {
  const answer = await server.call('OPTIONS', '/health/live');
  assert.deepEqual([answer.status, answer.text], [204, '']);
  assert.equal(answer.headers.allow, 'GET, HEAD, OPTIONS');
  assert.equal((await server.call('OPTIONS', '/nowhere')).status, 404);
});

test('an unexpected error is a 500 that says nothing of its cause', async () => {
  const broken = await start({}, (app) => {
    address(app, '/broken', {
      GET: () => {
        throw new Error('the cause');
      },
    });
  });
  const answer = await broken.call('GET', '/broken');
  assert.equal(answer.status, 500);
  assert.equal(answer.json.title, 'Internal Server Error');
  assert.equal(answer.json.detail, 'Something went wrong on our side.');
  assert.doesNotMatch(answer.text, /cause/);
});

test('a dependency that is away is a 503', async () => {
  const answer = await server.call('POST', '/orders');
  assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '5']);
  assert.equal(answer.json.detail, 'The service is temporarily unavailable.');
  assert.equal((await server.call('DELETE', '/guarded')).status, 503);
});

test('a value that can never be kept is a 422', async () => {
  const { status, json } = await server.call('GET', '/guarded');
  assert.deepEqual([status, json.detail, json.errors], [422, 'The request is not valid.', []]);
});

test('a gate refuses a request before its route hears of it', async () => {
  const { status, json } = await server.call('POST', '/guarded');
  assert.deepEqual([status, json.title], [429, 'Too Many Requests']);
});

test('a path is read as it was sent', async () => {
  const absolute = await server.call('GET', 'http://localhost/health/live?x');
  assert.equal(absolute.status, 200);
  const bare = await server.call('DELETE', 'http://localhost?x');
  assert.deepEqual([bare.status, bare.json.instance], [405, '/']);
  const escaped = await server.call('GET', '/health/%6Cive?x');
  assert.deepEqual([escaped.status, escaped.json.instance], [404, '/health/%6Cive']);
});

test('a well formed request id is kept', async () => {
  const id = 'A-z_0.9'.padEnd(64, 'x');
  const answer = await server.call('GET', '/health/live', { headers: { 'X-Request-Id': id } });
  assert.equal(answer.headers['x-request-id'], id);
});

test('a malformed request id is replaced', async () => {
  for (const id of ['', 'a b', 'x'.repeat(65), 'ä']) {
    const answer = await server.call('GET', '/health/live', { headers: { 'X-Request-Id': id } });
    assert.match(
      String(answer.headers['x-request-id']),
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});
