/**
 * Embedded databases that stay open from one test to the next: to empty one takes a sixth of the time of opening one. A
 * test that changed more than rows is found out, and its database is closed as any other.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PgliteConfig } from '../../../src/database/database.ts';
import { plainTypes } from '../../../src/database/embedded/known-types.ts';
import type { EmbeddedOptions } from '../../../src/database/embedded/open-embedded.ts';
import { openSession, type Session } from '../../../src/database/embedded/session.ts';
import { type DatabaseThread, startThread } from '../../../src/database/embedded/start-thread.ts';

export interface EmbeddedClone {
  config: PgliteConfig;
  remove(): Promise<void>;
}

export interface LentDatabase extends EmbeddedClone {
  config: EmbeddedClone['config'] & Pick<EmbeddedOptions, 'start'>;
  /** To be said before it is closed, by whoever opens its folder no more. */
  giveBack(): void;
}

interface Opened extends EmbeddedClone {
  thread: DatabaseThread;
}

/** One for each that a test file has at a time; each keeps its memory. */
const MOST_IDLE = 2;

const idle: Opened[] = [];
/** Of every clone. */
let tables: string | undefined;

/** An empty, migrated database: one that was given back, or the clone. */
export async function lendEmbedded(cloneTemplate: () => Promise<EmbeddedClone>): Promise<LentDatabase> {
  let opened = idle.pop();
  const { config, remove } = opened ?? (await cloneTemplate());
  let isGivenBack = false;
  let isKept = false;
  const start = async (directory: string): Promise<DatabaseThread> => {
    const thread = opened?.thread ?? (await startThread(directory));
    // Asked for again, it has ended.
    opened = undefined;
    tables ??= await describeTables(sessionOn(thread));
    const close = async (): Promise<void> => {
      isKept = isGivenBack && idle.length < MOST_IDLE && (await empty(thread, directory));
      if (isKept) idle.push({ config, remove, thread });
      else await thread.close();
    };
    return { ...thread, close };
  };
  return {
    config: { ...config, start },
    giveBack: () => {
      isGivenBack = true;
    },
    remove: async () => {
      if (!isKept) await remove();
    },
  };
}

const sessionOn = (thread: DatabaseThread): Session =>
  openSession({ thread, types: plainTypes(), onNotification: () => {} });

/** Answers whether it is as it was cloned. */
async function empty(thread: DatabaseThread, directory: string): Promise<boolean> {
  const session = sessionOn(thread);
  try {
    // What is set, prepared, listened to, and temporary.
    await session.exec('discard all');
    if ((await describeTables(session)) !== tables) return false;
    const [{ names }] = await readRows<[{ names: string }]>(
      session,
      `select string_agg(format('%I', relname), ', ') as names from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0`,
    );
    // Unlike one that is emptied by deleting, a table that is truncated is planned for as a new one.
    await session.exec(`truncate ${names} cascade;
      select setval(seqrelid::regclass, seqstart, false) from pg_sequence join pg_class on pg_class.oid = seqrelid
        where relnamespace = 'public'::regnamespace`);
    await rm(join(directory, 'originals'), { recursive: true, force: true });
    return true;
  } catch {
    // It was ended, or does not answer as it should: closing it tells.
    return false;
  }
}

/** Where PostgreSQL keeps what is no row of a table, by the column that tells what is ours from what every database has. */
const catalogs = {
  ...{ pg_attrdef: 'oid', pg_attribute: 'attrelid', pg_cast: 'oid', pg_collation: 'oid', pg_constraint: 'oid' },
  ...{ pg_description: 'objoid', pg_enum: 'oid', pg_index: 'indexrelid', pg_policy: 'oid' },
  ...{ pg_proc: 'oid', pg_rewrite: 'oid', pg_sequence: 'seqrelid', pg_statistic_ext: 'oid', pg_trigger: 'oid' },
  ...{ pg_type: 'oid', pg_authid: 'oid', pg_largeobject_metadata: 'oid', pg_statistic: 'starelid' },
} as const;

/** Everything but the rows of the tables, also whether statistics of them were taken, and the migrations. */
async function describeTables(session: Session): Promise<string> {
  const kept = Object.entries(catalogs).map(
    ([name, column]) => `select '${name} ' || own::text as part from ${name} own where ${column} >= 16384`,
  );
  const [{ hash }] = await readRows<[{ hash: string }]>(
    session,
    `select md5(string_agg(part, ',' order by part)) as hash from (
      ${kept.join(' union all ')}
      union all select format('%s %s %s %s', relname, relacl, reloptions, relrowsecurity) from pg_class where oid >= 16384
      union all select own::text from pg_namespace own where nspname !~ '^pg_(toast_)?temp'
      union all select own::text from pg_db_role_setting own
      union all select own::text from drizzle.__drizzle_migrations own
    ) parts`,
  );
  return hash;
}

async function readRows<Rows>(session: Session, text: string): Promise<Rows> {
  const { rows } = await session.query(text);
  // Asked for in the text.
  return rows as Rows;
}
