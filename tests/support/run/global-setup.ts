/**
 * Prepares, once per run, the migrated template that every test file clones: a directory for PGlite, or a database
 * on a PostgreSQL server (`TEST_DATABASE_URL`, or with `TEST_POSTGRES=1` a private cluster made for the run). With
 * `TEST_SERVER=pooled` the tests reach it through PgBouncer in transaction mode, with `TEST_SERVER=restricted` by the
 * role of deploy/roles.sql that can create nothing; `TEST_DATESTYLE` is how the server writes dates.
 */
import { appendFileSync, cpSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { applyMigrations } from '../../../src/database/migrate.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { packageRoot } from '../../../src/package-root.ts';
import { startPooler } from '../databases/pooler.ts';
import { startCluster } from '../databases/postgres-cluster.ts';
import { buildWhereStale } from './fresh-build.ts';
import { useMemoryFolder } from './memory-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    template: TestTemplate;
  }
}

export type TestTemplate =
  | { kind: 'pglite'; directory: string }
  | { kind: 'postgres'; adminUrl: string; database: string; client: { url: string; pooled: boolean } };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  buildWhereStale();
  const leaveMemory = useMemoryFolder();
  const removeTemplate = await prepare(project);
  return async () => {
    await removeTemplate();
    leaveMemory();
  };
}

async function prepare(project: TestProject): Promise<() => Promise<void>> {
  const givenUrl = process.env.TEST_DATABASE_URL;
  if (givenUrl) return preparePostgres(project, givenUrl, async () => {});
  if (process.env.TEST_POSTGRES === '1') {
    const cluster = await startCluster();
    return preparePostgres(project, cluster.url, cluster.stop);
  }
  return preparePglite(project);
}

async function preparePglite(project: TestProject): Promise<() => Promise<void>> {
  const parent = await mkdtemp(join(tmpdir(), 'accord287-test-'));
  const directory = join(parent, 'template');
  const database = await openDatabase({ kind: 'pglite', directory });
  await applyMigrations(database);
  const unused = await selectRecords<{ name: string }>(
    database.db,
    sql`select oid::text as name from pg_database where datname <> current_database()`,
  );
  await database.close();
  // Filling more takes a fifth of the time of opening one, some hundred times.
  setSharedBuffers(directory, '4MB');
  // The databases that new ones are made from, which nobody connects to, are two thirds of what is copied each time.
  for (const { name } of unused) await rm(join(directory, 'base', name), { recursive: true });
  project.provide('template', { kind: 'pglite', directory });
  return () => rm(parent, { recursive: true, force: true });
}

async function preparePostgres(
  project: TestProject,
  adminUrl: string,
  stop: () => Promise<void>,
): Promise<() => Promise<void>> {
  const run = `accord287_test_${process.pid}`;
  const template = `${run}_template`;
  await administer(adminUrl, (admin) => admin`create database ${admin(template)}`);
  const database = await openDatabase({ kind: 'postgres', url: databaseUrl(adminUrl, template) });
  await applyMigrations(database);
  await database.close();
  const client = { url: adminUrl, pooled: process.env.TEST_SERVER === 'pooled' };
  const pooler = client.pooled ? await startPooler(adminUrl) : null;
  if (pooler !== null) client.url = pooler.url;
  if (process.env.TEST_SERVER === 'restricted') {
    const roles = await readFile(join(packageRoot(), 'deploy/roles.sql'), 'utf8');
    await administer(databaseUrl(adminUrl, template), (admin) => admin.unsafe(roles));
    client.url = adminUrl.replace('accord287@', 'accord287_app@');
  }
  project.provide('template', { kind: 'postgres', adminUrl, database: template, client });
  return async () => {
    await pooler?.stop();
    await administer(adminUrl, async (admin) => {
      const left = await admin<
        { name: string }[]
      >`select datname as name from pg_database where datname like ${`${run}_%`}`;
      for (const { name } of left) await admin`drop database if exists ${admin(name)} with (force)`;
    });
    await stop();
  };
}

/** Runs one piece of work on a connection of its own; creating and dropping databases cannot share one. */
export async function administer<T>(url: string, work: (admin: postgres.Sql) => Promise<T>): Promise<T> {
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

export function databaseUrl(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Of a closed embedded database. */
function setSharedBuffers(directory: string, size: string): void {
  appendFileSync(join(directory, 'postgresql.conf'), `shared_buffers = ${size}\n`);
}

/** A copy of a closed embedded database. Of so many small files it costs a third of the CPU time in one go. */
export function copyTemplate(template: string, directory: string): void {
  cpSync(template, directory, { recursive: true });
}
