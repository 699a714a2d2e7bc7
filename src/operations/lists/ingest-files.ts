/** Files that an operator names, or that a manifest names, into the ledger. */
import { basename } from 'node:path';
import type { Origin } from '../../../schema/enums.ts';
import type { OpenDatabase } from '../../database/database.ts';
import { readActs } from '../archive/archived-acts.ts';
import { readManifest } from '../archive/manifest.ts';
import { type IngestInput, type IngestReport, Refusal } from '../operations.ts';
import { bytesOf, type IncomingFile } from './incoming-file.ts';
import { ingestIncoming, type Watch } from './ingest-incoming.ts';

/** Throws {@link Refusal}; what is wrong with a file is in the report. */
export async function ingestFiles(
  database: Pick<OpenDatabase, 'db' | 'originals'>,
  input: IngestInput,
  origin: Origin,
  watch: Watch = {},
): Promise<IngestReport> {
  const { manifest, backfill = false, dryRun = false } = input;
  if (manifest !== undefined) {
    refuseBeside(input);
    const [files, acts] = [await readManifest(manifest), await readActs(manifest)];
    return ingestIncoming(database, files, { inGivenOrder: true, acts, backfill, dryRun }, watch);
  }
  for (const name of ['publishedAt', 'sheet', 'headerRow'] as const) {
    if (input[name] === undefined || input.paths.length === 1) continue;
    throw new Refusal('BAD_ARGUMENT', `${name} is for one file; ${input.paths.length} were given.`);
  }
  return ingestIncoming(database, incomingOf(input, origin), { backfill, dryRun }, watch);
}

function incomingOf({ paths, publishedAt, sheet, headerRow }: IngestInput, origin: Origin): IncomingFile[] {
  const receivedAt = new Date().toISOString();
  return paths.map((path) => ({
    facts: {
      ...{ fileName: basename(path), receivedAt },
      ...(publishedAt === undefined ? {} : { publishedAt }),
      ...(sheet === undefined ? {} : { sheet }),
      ...(headerRow === undefined ? {} : { headerRow }),
    },
    ...{ origin, backfill: false, read: () => bytesOf(path) },
  }));
}

/** A manifest says itself which files, and when each was published. */
function refuseBeside({ paths, publishedAt, sheet, headerRow }: IngestInput): void {
  if (paths.length === 0 && publishedAt === undefined && sheet === undefined && headerRow === undefined) return;
  throw new Refusal('BAD_ARGUMENT', 'manifest names the files and when each was published; give it alone.');
}
