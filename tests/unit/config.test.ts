import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { settings } from '../../src/settings.ts';

test('serves the embedded ledger on this machine only when nothing is set', () => {
  const config = loadConfig({});
  expect(config.http).toEqual({ host: '127.0.0.1', port: 4000, pointsPerMinute: 2_000, metricsPort: null });
  expect(config.database).toMatchObject({ kind: 'embedded', sample: null });
  expect(config.log.level).toBe('info');
  expect(config.operatorKeyHashes).toEqual([]);
});

test('counts an empty variable as unset', () => {
  const empty = Object.fromEntries(settings.map(({ name }) => [name, '']));
  expect(loadConfig(empty)).toEqual(loadConfig({}));
});

test('never takes a PostgreSQL ledger for the sample unless told so', () => {
  const url = 'postgres://user:secret@db.example:5432/ledger';
  expect(loadConfig({ DATABASE_URL: url }).database).toEqual({
    ...{ kind: 'postgres', url, sample: false, pooled: false },
  });
  expect(loadConfig({ DATABASE_URL: url, SAMPLE: 'true' }).database.sample).toBe(true);
});

test('reports every mistake at once, each with what was expected', () => {
  const wrong = { PORT: '70000', HOST: 'a b', DATABASE_URL: 'mysql://x', SAMPLE: 'yes', LOG_LEVEL: 'loud' };
  expect(() => loadConfig(wrong)).toThrowErrorMatchingInlineSnapshot(`
    [ConfigError: The settings are not usable:
      PORT must be a whole number from 0 to 65535; for example PORT=4000
      HOST must be an address or a host name; for example HOST=127.0.0.1
      DATABASE_URL must be a URL such as postgres://user:password@host:5432/accord287
      SAMPLE must be true or false
      LOG_LEVEL must be fatal, error, warn, info, debug, trace, silent; for example LOG_LEVEL=info]
  `);
});

test('repeats no secret in a message', () => {
  const wrong = { OPERATOR_KEYS: 'hunter2', DATABASE_URL: 'http://user:hunter3@db.example/ledger' };
  let message = '';
  try {
    loadConfig(wrong);
  } catch (error) {
    message = error instanceof ConfigError ? `${error.message}${error.stack}${JSON.stringify(error)}` : '';
  }
  expect(message).toContain('OPERATOR_KEYS');
  expect(message).toContain('DATABASE_URL');
  expect(message).not.toMatch(/hunter/);
});

test('keeps the hash of an operator key, never the key', () => {
  const key = 'an-operators-key-of-sufficient-length';
  const config = loadConfig({ OPERATOR_KEYS: `${key}, ${key}2` });
  expect(config.operatorKeyHashes).toHaveLength(2);
  expect(config.operatorKeyHashes[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(config)).not.toContain(key);
});

test('takes secrets from files, and says which file it cannot read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'accord287-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [url, keys] = ['postgres://user:secret@db.example/ledger', ['a'.repeat(24), 'b'.repeat(24)]];
  const files = { DATABASE_URL_FILE: join(folder, 'url'), OPERATOR_KEYS_FILE: join(folder, 'keys') };
  writeFileSync(files.DATABASE_URL_FILE, `${url}\n`);
  writeFileSync(files.OPERATOR_KEYS_FILE, `${keys.join('\n')}\n`);
  expect(loadConfig(files)).toEqual(loadConfig({ DATABASE_URL: url, OPERATOR_KEYS: keys.join() }));
  expect(() => loadConfig({ DATABASE_URL_FILE: join(folder, 'none') })).toThrow('DATABASE_URL_FILE must be');
  expect(() => loadConfig({ ...files, DATABASE_URL: url })).toThrow('DATABASE_URL_FILE must be');
});

test('follows the publisher’s page, or only the lists that are named, and serves the real ledger then', () => {
  expect(loadConfig({}).follow).toMatchObject({
    ...{ byItself: false, page: 'https://www.ice.gov/identify-and-arrest/287g', lists: [], staleHours: 3 },
    schedule: '*/10 8-19 * * 1-5; 0 * * * *',
  });
  const lists = { FOLLOW: 'true', FOLLOW_LISTS: 'https://a.example/x.xlsx, http://127.0.0.1:1/y.xlsx' };
  expect(loadConfig(lists)).toMatchObject({
    follow: { byItself: true, page: null, lists: ['https://a.example/x.xlsx', 'http://127.0.0.1:1/y.xlsx'] },
    database: { sample: false },
  });
  const wrong = { FOLLOW_PAGE: 'file:///etc/passwd', FOLLOW_SCHEDULE: 'now and then', FOLLOW_CONTACT: 'a\r\nb: c' };
  expect(() => loadConfig(wrong)).toThrow(/FOLLOW_PAGE[\s\S]*FOLLOW_SCHEDULE[\s\S]*FOLLOW_CONTACT/);
});

test('repeats nothing of the operators’ webhook', () => {
  const hook = 'ftp://hooks.example/services/hunter4';
  expect(() => loadConfig({ OPERATOR_WEBHOOK_URL: hook })).toThrow(/OPERATOR_WEBHOOK_URL must be(?!.*hunter)/);
});
