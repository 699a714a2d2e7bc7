/**
 * The settings: the only reader of the environment. An empty variable counts as unset, every mistake is reported in
 * one go, and no message repeats a secret.
 */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { packageRoot } from './database/package-root.ts';

export interface Config {
  http: {
    host: string;
    port: number;
    /** Points that one address may spend, over HTTP and WebSockets together. */
    pointsPerMinute: number;
  };
  database: EmbeddedConfig | ServerConfig;
  log: { level: LogLevel };
  streams: {
    /** Open at a time, WebSockets and event streams together. */
    perAddress: number;
    perProcess: number;
    /** False where LISTEN does not work: then the log is only polled. */
    notify: boolean;
  };
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** SHA-256, hex, of the bearer keys that make a caller an operator; the keys themselves are not kept. */
  operatorKeyHashes: readonly string[];
}

export interface EmbeddedConfig {
  kind: 'embedded';
  dataDir: string;
  /** True or false when SAMPLE says so; null: the real ledger if there is one, else the sample. */
  sample: boolean | null;
}

export interface ServerConfig {
  kind: 'postgres';
  url: string;
  sample: boolean;
}

export type LogLevel = (typeof logLevels)[number];
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every setting with its meaning, what may stand there, and an example: the table in docs/settings.md is compared with it. */
export const settings = [
  { name: 'PORT', meaning: 'TCP port of the server', expected: 'a whole number from 0 to 65535', fallback: '4000' },
  { name: 'HOST', meaning: 'Address to listen on', expected: 'an address or a host name', fallback: '127.0.0.1' },
  { name: 'DATA_DIR', meaning: 'Folder of the embedded ledgers', expected: 'a path', fallback: './data' },
  {
    name: 'DATABASE_URL',
    meaning: 'PostgreSQL server to use instead of the embedded ledger',
    expected: 'a URL such as postgres://user:password@host:5432/accord287',
    fallback: '',
  },
  {
    name: 'SAMPLE',
    meaning: 'Open the sample ledger (true) or the real one (false), whatever is there',
    expected: 'true or false',
    fallback: '',
  },
  { name: 'LOG_LEVEL', meaning: 'Least severe log line written', expected: logLevels.join(', '), fallback: 'info' },
  {
    name: 'POINTS_PER_MINUTE',
    meaning:
      'Points that one client address may spend in a minute (1 to ask, 1 more for each 100 units of cost); an operator ten times as many',
    expected: 'a whole number from 1 to 1000000',
    fallback: '2000',
  },
  {
    name: 'STREAMS_PER_ADDRESS',
    meaning: 'Streams that one client address may have open',
    expected: 'a whole number from 1 to 1000000',
    fallback: '50',
  },
  {
    name: 'STREAMS_PER_PROCESS',
    meaning: 'Streams that this process may have open',
    expected: 'a whole number from 1 to 1000000',
    fallback: '20000',
  },
  {
    name: 'TRUSTED_PROXIES',
    meaning: 'Proxies whose X-Forwarded-For is believed',
    expected: 'addresses and networks such as 10.0.0.0/8, separated by commas',
    fallback: '',
  },
  {
    name: 'NOTIFY',
    meaning: 'Wake by LISTEN/NOTIFY (true) or only poll each second (false), as behind a pooler',
    expected: 'true or false',
    fallback: 'true',
  },
  {
    name: 'OPERATOR_KEYS',
    meaning: 'Bearer keys of operators',
    expected: 'keys of at least 24 characters without spaces, separated by commas',
    fallback: '',
  },
] as const;

type SettingName = (typeof settings)[number]['name'];

/** All mistakes of the environment, one line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The settings are not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const count = () =>
  z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .refine((number) => number >= 1 && number <= 1_000_000);

const shape = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535)
    .default(4_000),
  HOST: z
    .string()
    .regex(/^[\w.:%-]+$/)
    .default('127.0.0.1'),
  DATA_DIR: z
    .string()
    .refine((path) => !path.includes('\0'))
    .optional(),
  DATABASE_URL: z.string().refine(isPostgresUrl).optional(),
  SAMPLE: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  POINTS_PER_MINUTE: count().default(2_000),
  STREAMS_PER_ADDRESS: count().default(50),
  STREAMS_PER_PROCESS: count().default(20_000),
  TRUSTED_PROXIES: z
    .string()
    .transform(listed)
    .refine((proxies) => proxies.every(isNetwork))
    .default([]),
  NOTIFY: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .default(true),
  OPERATOR_KEYS: z
    .string()
    .transform(listed)
    .refine((keys) => keys.every((key) => /^[\x21-\x7e]{24,}$/.test(key)))
    .default([]),
} satisfies Record<SettingName, z.ZodType>);

/** Throws `ConfigError` with every mistake. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(settings.map(({ name }) => [name, env[name] === '' ? undefined : env[name]]));
  const parsed = shape.safeParse(given);
  if (!parsed.success) {
    const wrong = new Set(parsed.error.issues.map((issue) => issue.path[0]));
    throw new ConfigError(settings.filter(({ name }) => wrong.has(name)).map(describeMistake));
  }
  const values = parsed.data;
  const database: Config['database'] =
    values.DATABASE_URL === undefined
      ? {
          kind: 'embedded',
          dataDir: values.DATA_DIR === undefined ? join(packageRoot(), 'data') : resolve(values.DATA_DIR),
          sample: values.SAMPLE ?? null,
        }
      : { kind: 'postgres', url: values.DATABASE_URL, sample: values.SAMPLE ?? false };
  return Object.freeze({
    http: { host: values.HOST, port: values.PORT, pointsPerMinute: values.POINTS_PER_MINUTE },
    database,
    log: { level: values.LOG_LEVEL },
    streams: {
      perAddress: values.STREAMS_PER_ADDRESS,
      perProcess: values.STREAMS_PER_PROCESS,
      notify: values.NOTIFY,
    },
    trustedProxies: values.TRUSTED_PROXIES,
    operatorKeyHashes: values.OPERATOR_KEYS.map((key) => createHash('sha256').update(key).digest('hex')),
  });
}

/** Never shows what was given: it may be a key, or an address with a password. */
function describeMistake(setting: (typeof settings)[number]): string {
  const example = setting.fallback === '' ? '' : `; for example ${setting.name}=${setting.fallback}`;
  return `${setting.name} must be ${setting.expected}${example}`;
}

function listed(text: string): string[] {
  return text.split(',').map((each) => each.trim());
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...others] = text.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  return (
    isIP(address) !== 0 &&
    others.length === 0 &&
    (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
  );
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'postgres:' || url.protocol === 'postgresql:') && url.hostname !== '';
}
