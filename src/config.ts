/**
 * The settings: the only reader of the environment. An empty variable counts as unset, every mistake is reported in
 * one go, and no message repeats a secret.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { isSchedule } from './follow/schedule.ts';
import { packageRoot } from './package-root.ts';
import { fallbackOf, logLevels, type SettingName, settings } from './settings.ts';

export interface Config {
  http: {
    host: string;
    port: number;
    /** Points that one address may spend, over HTTP and WebSockets together. */
    pointsPerMinute: number;
    /** Of `/metrics` on this machine alone; null: only operators have it, on the API's port. */
    metricsPort: number | null;
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
  follow: {
    /** Whether the server looks at the source by itself. */
    byItself: boolean;
    /** Null where only lists are named. */
    page: string | null;
    lists: readonly string[];
    /** Cron patterns in New York time. */
    schedule: string;
    /** For the publisher: whom to write to. Null: nobody said. */
    contact: string | null;
    staleHours: number;
  };
  /** Where operators are told what is wrong: a secret. Null: nowhere. */
  operatorWebhook: string | null;
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
  /** The URL leads through a pooler in transaction mode. */
  pooled: boolean;
}

export type LogLevel = (typeof logLevels)[number];

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

const flag = () => z.enum(['true', 'false']).transform((text) => text === 'true');

const port = () =>
  z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((number) => number <= 65_535);

const shape = z.object({
  PORT: port().default(4_000),
  METRICS_PORT: port().optional(),
  HOST: z
    .string()
    .regex(/^[\w.:%-]+$/)
    .default('127.0.0.1'),
  DATA_DIR: z
    .string()
    .refine((path) => !path.includes('\0'))
    .optional(),
  DATABASE_URL: z.string().refine(isPostgresUrl).optional(),
  DATABASE_URL_FILE: z.undefined(),
  POOLER: flag().default(false),
  SAMPLE: flag().optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  POINTS_PER_MINUTE: count().default(2_000),
  STREAMS_PER_ADDRESS: count().default(50),
  STREAMS_PER_PROCESS: count().default(20_000),
  TRUSTED_PROXIES: z
    .string()
    .transform(listed)
    .refine((proxies) => proxies.every(isNetwork))
    .default([]),
  NOTIFY: flag().default(true),
  FOLLOW: flag().default(false),
  FOLLOW_PAGE: z.string().refine(isWebAddress).optional(),
  FOLLOW_LISTS: z
    .string()
    .transform(listed)
    .refine((addresses) => addresses.every(isWebAddress))
    .default([]),
  FOLLOW_SCHEDULE: z.string().refine(isSchedule).default(fallbackOf('FOLLOW_SCHEDULE')),
  FOLLOW_CONTACT: z
    .string()
    .regex(/^[\x21-\x27\x2a-\x7e]{1,200}$/)
    .optional(),
  FOLLOW_STALE_HOURS: count().default(3),
  OPERATOR_WEBHOOK_URL: z.string().refine(isWebAddress).optional(),
  OPERATOR_KEYS: z
    .string()
    .transform(listed)
    .refine((keys) => keys.every((key) => /^[\x21-\x7e]{24,}$/.test(key)))
    .default([]),
  OPERATOR_KEYS_FILE: z.undefined(),
} satisfies Record<SettingName, z.ZodType>);

/** Throws `ConfigError` with every mistake. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(settings.map(({ name }) => [name, env[name] === '' ? undefined : env[name]]));
  for (const name of ['DATABASE_URL', 'OPERATOR_KEYS'] as const) takeFromFile(given, name);
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
          // What is followed is real: the sample is not served in its place.
          sample: values.SAMPLE ?? (values.FOLLOW ? false : null),
        }
      : { kind: 'postgres', url: values.DATABASE_URL, sample: values.SAMPLE ?? false, pooled: values.POOLER };
  return Object.freeze({
    http: {
      host: values.HOST,
      port: values.PORT,
      pointsPerMinute: values.POINTS_PER_MINUTE,
      metricsPort: values.METRICS_PORT ?? null,
    },
    database,
    log: { level: values.LOG_LEVEL },
    streams: {
      perAddress: values.STREAMS_PER_ADDRESS,
      perProcess: values.STREAMS_PER_PROCESS,
      notify: values.NOTIFY,
    },
    trustedProxies: values.TRUSTED_PROXIES,
    follow: {
      byItself: values.FOLLOW,
      page: values.FOLLOW_PAGE ?? (values.FOLLOW_LISTS.length > 0 ? null : fallbackOf('FOLLOW_PAGE')),
      lists: values.FOLLOW_LISTS,
      schedule: values.FOLLOW_SCHEDULE,
      contact: values.FOLLOW_CONTACT ?? null,
      staleHours: values.FOLLOW_STALE_HOURS,
    },
    operatorWebhook: values.OPERATOR_WEBHOOK_URL ?? null,
    operatorKeyHashes: values.OPERATOR_KEYS.map((key) => createHash('sha256').update(key).digest('hex')),
  });
}

/** Puts what the file holds in the place of its path; a path that stays is a mistake. */
function takeFromFile(given: Record<string, string | undefined>, name: string): void {
  const path = given[`${name}_FILE`];
  if (path === undefined || given[name] !== undefined) return;
  try {
    given[name] = readFileSync(path, 'utf8')
      .trim()
      .replaceAll(/\s*\n\s*/g, ',');
    given[`${name}_FILE`] = undefined;
  } catch {
    // The mistake is told with the others.
  }
}

/** Whether npm or npx runs this program: then its commands are not found without them. */
export const isRunByNpm = (): boolean => process.env.npm_command !== undefined;

/** The commands that the text names, whoever wrote it, as the reader runs them: by npx where this one is run so. */
export const runnable = (text: string): string =>
  isRunByNpm() ? text.replace(/(?<!npx )\baccord287 (?=[a-z])/g, 'npx accord287 ') : text;

/** For programs that this one starts: its own environment, and these variables. */
export const environmentWith = (more: Record<string, string>): NodeJS.ProcessEnv => ({ ...process.env, ...more });

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

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text) && new URL(text).password === '';
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'postgres:' || url.protocol === 'postgresql:') && url.hostname !== '';
}
