/**
 * How a command reaches the ledger: through the server that owns it, if one runs; else it opens the ledger itself,
 * under the lock, for as long as the command takes. A PostgreSQL ledger is always opened directly.
 */
import { existsSync } from 'node:fs';
import type { Config, EmbeddedConfig } from '../config.ts';
import { readLockOwner } from '../database/folder/directory-lock.ts';
import { currentLedger, type LedgerDirectory, realLedger, sampleLedger } from '../database/folder/ledger-directory.ts';
import { isMarked } from '../database/folder/ledger-mark.ts';
import { type LedgerPlace, NoLedger, openLedger } from '../database/open-ledger.ts';
import { RULES_VERSION } from '../ledger/derive/rules-version.ts';
import { connectOperations, findControlServer } from '../operations/control/client.ts';
import { followSettings } from '../operations/follow/follow-settings.ts';
import { withTemporaryFolder } from '../operations/lists/temporary-folder.ts';
import { type Operations, Refusal } from '../operations/operations.ts';
import { UsageError } from './exit-code.ts';
import { printNote } from './output/print.ts';

/**
 * Which ledger a command means: `ingest` never the sample, `sample` never another, the rest what is served. `operate`
 * and `dry-run` make none where there is none.
 */
export type Purpose = 'ingest' | 'dry-run' | 'operate' | 'migrate' | 'sample';

export async function withOperations(
  config: Config,
  purpose: Purpose,
  work: (operations: Operations) => Promise<void>,
): Promise<void> {
  if (config.database.kind === 'postgres') {
    refuseWrongLedger(config.database.sample, purpose);
    const mustExist = purpose === 'operate' || purpose === 'dry-run';
    return openAndRun(config, config.database, work, mustExist).catch((error: unknown) => {
      if (purpose !== 'dry-run' || !(error instanceof NoLedger)) throw error;
      return runApart(config, work);
    });
  }
  const ledger = chooseLedger(config.database, purpose);
  const socket = await findControlServer(ledger.directory);
  if (socket !== null) return work(connectOperations(socket));
  // A dry run must not create the real ledger: a server would serve it, empty, from then on.
  const isMissing = !existsSync(ledger.directory) && !isMarked(ledger.directory);
  if (purpose === 'dry-run' && isMissing) return runApart(config, work);
  if (purpose === 'operate' || purpose === 'migrate') await refuseMissingLedger(config.database, ledger.directory);
  if (purpose === 'sample' && isMissing) printNote('Filling the sample ledger first: some seconds.');
  const isNew = purpose === 'ingest' && isMissing;
  if (isNew) printNote(`Starting the real ledger in ${ledger.directory}.`);
  await openAndRun(config, ledger, work);
  if (isNew) await mentionSampleServer(config.database);
}

function chooseLedger(config: EmbeddedConfig, purpose: Purpose): LedgerDirectory {
  if (purpose === 'operate' || purpose === 'migrate') return currentLedger(config.dataDir, config.sample);
  if (purpose === 'sample') return sampleLedger(config.dataDir);
  refuseWrongLedger(config.sample === true, purpose);
  return realLedger(config.dataDir);
}

function refuseWrongLedger(sample: boolean, purpose: Purpose): void {
  if (sample && (purpose === 'ingest' || purpose === 'dry-run')) {
    throw new Refusal(
      'SAMPLE_LEDGER',
      'Real lists never go into the sample ledger. Unset SAMPLE to start the real one.',
    );
  }
  if (!sample && purpose === 'sample') {
    throw new Refusal('SAMPLE_LEDGER', 'This is not the sample ledger. SAMPLE=true opens that.');
  }
}

/** A wrong folder must not look like an empty ledger or become one. A lock without a ledger: a server is creating it. */
async function refuseMissingLedger({ dataDir }: EmbeddedConfig, directory: string): Promise<void> {
  if (existsSync(directory) || isMarked(directory) || (await readLockOwner(directory)) !== null) return;
  throw new UsageError(
    `There is no ledger in ${dataDir}. DATA_DIR says where to look; "accord287 ingest" and "accord287 serve" start one.`,
  );
}

async function openAndRun(
  config: Config,
  place: LedgerPlace,
  work: (operations: Operations) => Promise<void>,
  mustExist = false,
): Promise<void> {
  const directory = 'directory' in place ? place.directory : null;
  // Read only when it is wanted: what a server does needs a third of the program.
  const { createOperations } = await import('../operations/create-operations.ts');
  const ledger = await openLedger(place, RULES_VERSION, { mustExist });
  if (ledger.mended > 0)
    printNote(`Others could reach ${ledger.mended} of the ledger's folders and files; now its owner alone can.`);
  try {
    await work(createOperations(ledger.database, { follow: followSettings(config.follow), directory }));
  } finally {
    await ledger.close();
  }
}

async function runApart(config: Config, work: (operations: Operations) => Promise<void>): Promise<void> {
  await withTemporaryFolder('dry-run', (folder) => openAndRun(config, realLedger(folder), work));
}

async function mentionSampleServer(config: EmbeddedConfig): Promise<void> {
  const owner = await readLockOwner(sampleLedger(config.dataDir).directory);
  if (owner === null) return;
  printNote(`The server in process ${owner.pid} shows the sample ledger. Restart it to show the real one.`);
}
