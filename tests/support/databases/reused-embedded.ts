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

/** Everything but rows, and whether statistics of them were taken. */
async function describeTables(session: Session): Promise<string> {
  const [{ hash }] = await readRows<[{ hash: string }]>(
    session,
    `with relations as
      (select * from pg_class where relnamespace = 'public'::regnamespace)
    select md5(string_agg(part, ',' order by part)) as hash from (
      select format('%s %s', relname, relkind) as part from relations
      union all select format('%s %s %s %s', attrelid, attname, atttypid, attnotnull) from pg_attribute
        where attrelid in (select oid from relations)
      union all select format('%s %s', conname, pg_get_constraintdef(oid)) from pg_constraint
      union all select format('%s %s %s', tgrelid, tgname, tgenabled) from pg_trigger
      union all select format('%s %s', proname, prosrc) from pg_proc where pronamespace = 'public'::regnamespace
      union all select format('%s %s', datname, setconfig) from pg_db_role_setting, pg_database
      union all select starelid::text from pg_statistic where starelid in (select oid from relations)
    ) parts`,
  );
  return hash;
}

async function readRows<Rows>(session: Session, text: string): Promise<Rows> {
  const { rows } = await session.query(text);
  // Asked for in the text.
  return rows as Rows;
}
