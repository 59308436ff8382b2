import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { readConfig } from '../src/config.ts';
import { setting } from '../src/settings.ts';
import { environment } from './environment.ts';

const empty = mkdtempSync(path.join(tmpdir(), 'config-'));
after(() => rmSync(empty, { recursive: true }));

test('the defaults are those of the readme', () => {
  const { APP_ENV, HOST, PORT, LOG_LEVEL, TRUST_PROXY } = readConfig({}, empty);
  assert.deepEqual(
    { APP_ENV, HOST, PORT, LOG_LEVEL, TRUST_PROXY },
    { APP_ENV: 'development', HOST: '127.0.0.1', PORT: 8000, LOG_LEVEL: 'info', TRUST_PROXY: 0 },
  );
});

test('a wrong value is one line that names the variable', () => {
  const wrong = {
    APP_ENV:
      'APP_ENV must be one of development, test, production, not "x y"; for example APP_ENV=production',
    HOST: 'HOST must be an IP address or a host name, not "x y"; for example HOST=127.0.0.1',
    PORT: 'PORT must be a whole number from 1 to 65535, not "x y"; for example PORT=8000',
    LOG_LEVEL:
      'LOG_LEVEL must be one of debug, info, warning, error, not "x y"; for example LOG_LEVEL=info',
    TRUST_PROXY:
      'TRUST_PROXY must be a whole number from 0 to 10, not "x y"; for example TRUST_PROXY=1',
  };
  for (const [name, message] of Object.entries(wrong)) {
    assert.throws(() => readConfig({ [name]: 'x y' }, empty), { message });
  }
  for (const PORT of ['0', '65536', '-1', '8000.5', '٨']) {
    assert.throws(() => readConfig({ PORT }, empty), /PORT must be/);
  }
  for (const HOST of ['-a', '1.2.3', 'a..b', 'a_b', 'x'.repeat(64)]) {
    assert.throws(() => readConfig({ HOST }, empty), /HOST must be/);
  }
  assert.equal(readConfig({ HOST: '::1' }, empty).HOST, '::1');
});

test('a secret is never repeated', () => {
  const key = setting({
    read: (text) => (text.length > 3 ? text : undefined),
    must: 'long',
    example: 'long enough',
    production: 'very long',
    fallback: 'none',
    secret: true,
  });
  const check = (text: string | undefined, environment: 'test' | 'production') => {
    const { data, error } = key.safeParse({ text, environment });
    return data ?? error?.issues[0]?.message;
  };
  assert.equal(check(undefined, 'test'), 'none');
  assert.equal(check(undefined, 'production'), 'is required in production');
  assert.equal(check('abc', 'production'), 'must be long');
  assert.equal(check('abcd', 'production'), 'abcd');
});

test('an empty variable counts as unset', () => {
  assert.equal(readConfig({ APP_ENV: '', PORT: '' }, empty).PORT, 8000);
});

test('the env file is read in development only', async () => {
  const folder = mkdtempSync(path.join(empty, 'config-'));
  writeFileSync(path.join(folder, '.env'), 'PORT=9001\nLOG_LEVEL=debug\nHOST=\n');
  const config = readConfig({ LOG_LEVEL: 'error' }, folder);
  assert.deepEqual([config.PORT, config.LOG_LEVEL, config.HOST], [9001, 'error', '127.0.0.1']);
  assert.equal(readConfig(await environment(), folder).PORT, 8000);
});

test('an env file is text in utf 8', () => {
  const file = path.join(mkdtempSync(path.join(empty, 'config-')), '.env');
  // As some editors write it: with a mark before the first name.
  writeFileSync(file, '\ufeffPORT=8001\n');
  assert.equal(readConfig({}, path.dirname(file)).PORT, 8001);
  writeFileSync(file, '\ufeffPORT=8001\n', 'utf16le');
  assert.throws(() => readConfig({}, path.dirname(file)), {
    message: '.env must be text in UTF-8; for example a copy of .env.example',
  });
});
