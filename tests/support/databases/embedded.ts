/** An embedded database of one's own, whatever the run's template is, with its thread in hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import {
  type EmbeddedDatabase,
  type EmbeddedOptions,
  openEmbedded,
} from '../../../src/database/embedded/open-embedded.ts';
import { type DatabaseThread, startThread } from '../../../src/database/embedded/start-thread.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { copyTemplate } from '../run/global-setup.ts';

export interface TestEmbedded extends EmbeddedDatabase, AsyncDisposable {
  directory: string;
  /** The threads that it had, the last one running. */
  threads: DatabaseThread[];
  troubles: Error[];
}

/** Runs for minutes and takes no memory. */
export const endlessStatement = 'select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b';

export async function openTestEmbedded(options: Partial<EmbeddedOptions> = {}): Promise<TestEmbedded> {
  const parent = await mkdtemp(join(tmpdir(), 'accord287-embedded-'));
  const directory = join(parent, 'real');
  const template = inject('template');
  if (template.kind === 'pglite') copyTemplate(template.directory, directory);
  else await (await openDatabase({ kind: 'pglite', directory })).close();
  const threads: DatabaseThread[] = [];
  const troubles: Error[] = [];
  const { start = startThread } = options;
  const embedded = await openEmbedded({
    directory,
    onTrouble: (error) => troubles.push(error),
    ...options,
    start: async (folder) => {
      const thread = await start(folder);
      threads.push(thread);
      return thread;
    },
  });
  const dispose = async (): Promise<void> => {
    await embedded.close();
    await rm(parent, { recursive: true, force: true });
  };
  return { ...embedded, directory, threads, troubles, [Symbol.asyncDispose]: dispose };
}

/** The one column of the one row. */
export async function readValue(client: EmbeddedDatabase['client'], text: string): Promise<unknown> {
  const { rows } = await client.query(text, [], { rowMode: 'array' });
  // Asked for as arrays.
  const [row] = rows as unknown[][];
  return row?.[0];
}
