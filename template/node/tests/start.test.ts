import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect as open } from 'node:net';
import { test } from 'node:test';
import { address } from '../src/routes.ts';
import { start } from './client.ts';
import { run } from './process.ts';

/** A port that is free for now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Sends bytes as they are and returns all that comes back. */
async function send(port: number, bytes: string): Promise<string> {
  const socket = open(port, '127.0.0.1').setEncoding('utf8');
  socket.end(bytes);
  return (await socket.toArray()).join('');
}

async function untilListening(child: ChildProcess, printed: { out: string }): Promise<void> {
  while (!printed.out.includes('listening') && child.stdout) await once(child.stdout, 'data');
}

test('an old interpreter is refused in one line', async () => {
  const pretend = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`;
  const { child, printed, ended } = await run(['--import', pretend, 'src/start.js'], {});
  await ended;
  assert.equal(printed.err, 'This project needs Node 24.15 or newer; this is Node 20.20.2.\n');
  assert.deepEqual([child.exitCode, printed.out], [1, '']);
});

test('a wrong environment stops the process with status 78', async () => {
  const { child, printed, ended } = await run(['src/start.js'], { PORT: 'x' });
  await ended;
  assert.equal(
    printed.err,
    'PORT must be a whole number from 1 to 65535, not "x"; for example PORT=8000\n',
  );
  assert.deepEqual([child.exitCode, printed.out], [78, '']);
});

test('a busy port is one line', async () => {
  const PORT = String(await freePort());
  const other = createServer().listen(Number(PORT), '127.0.0.1');
  await once(other, 'listening');
  const { child, printed, ended } = await run(['src/start.js'], { PORT });
  await ended;
  other.close();
  assert.equal(printed.err, `Cannot listen on 127.0.0.1:${PORT}: the address is in use.\n`);
  assert.equal(child.exitCode, 1);
  // An address that is kept for documentation belongs to no machine.
  const elsewhere = await run(['src/start.js'], { PORT, HOST: '2001:db8::1' });
  await elsewhere.ended;
  assert.match(
    elsewhere.printed.err,
    /^Cannot listen on \[2001:db8::1\]:\d+: the address (is not of this machine|cannot be used)\.\n$/,
  );
});

test('a stopped process finishes what is in flight', async () => {
  const PORT = String(await freePort());
  const { child, printed, ended } = await run(['src/start.js'], { PORT });
  await untilListening(child, printed);
  // Begun before the stop and finished after it; a silent connection does not matter.
  const silent = open(Number(PORT), '127.0.0.1');
  const socket = open(Number(PORT), '127.0.0.1').setEncoding('utf8');
  const answered = socket.toArray();
  await Promise.all([once(silent, 'connect'), once(socket, 'connect')]);
  socket.write('GET /health/ready HTTP/1.1\r\n');
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 200));
  socket.write('Host: a\r\n\r\n');
  const answer = (await answered).join('');
  assert.match(answer, /^HTTP\/1\.1 503 /);
  assert.match(answer, /"status":"unavailable"/);
  await ended;
  assert.equal(child.exitCode, 0);
  assert.match(printed.out, /stopped/);
});

test('what is not http is a 400 problem', async () => {
  const { port } = await start();
  for (const bytes of [
    'nonsense\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET /health/live\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nContent-Type: c/d\r\n\r\n',
    'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
  ]) {
    const answer = await send(port, bytes);
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\nX-Request-Id: /);
    assert.match(answer, /\r\nContent-Type: application\/problem\+json\r\n/);
    assert.match(answer, /"detail":"The request is not valid HTTP\."/);
    assert.match(answer, /Content-Security-Policy: /);
  }
});

test('an answer that fails half way is broken off', async () => {
  const server = await start({}, (app) => {
    address(app, '/half', {
      GET: (_request, response) => {
        response.write('half');
        throw new Error('the cause');
      },
    });
    address(app, '/begun', { GET: (_request, response) => void response.write('begun') });
  });
  await assert.rejects(server.call('GET', '/half'), { code: 'ECONNRESET' });
  // What follows is not HTTP, but a refusal would look like a part of the answer.
  assert.doesNotMatch(
    await send(server.port, 'GET /begun HTTP/1.1\r\nHost: a\r\n\r\n!\r\n\r\n'),
    /400/,
  );
});
