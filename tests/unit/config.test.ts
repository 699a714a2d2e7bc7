import { expect, test } from 'vitest';
import { ConfigError, loadConfig, settings } from '../../src/config.ts';

test('serves the embedded ledger on this machine only when nothing is set', () => {
  const config = loadConfig({});
  expect(config.http).toEqual({ host: '127.0.0.1', port: 4000, pointsPerMinute: 2_000 });
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
  expect(loadConfig({ DATABASE_URL: url }).database).toEqual({ kind: 'postgres', url, sample: false });
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
