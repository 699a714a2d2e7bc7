/**
 * The manifest of an archive: which files there are, in the order in which they came, and what is not in them: when
 * each was published, what says so, how it came. A row is a list; the names of the columns are its header.
 */
import { dirname, join } from 'node:path';
import { parseCsv, writeCsv } from 'hucre/csv';
import * as z from 'zod';
import { origins, publishedAtBases } from '../../../schema/enums.ts';
import { sha256 as hashOf } from '../../intake/table/row-hash.ts';
import { bytesOf, type IncomingFile } from '../lists/incoming-file.ts';
import { Refusal } from '../operations.ts';

export const MANIFEST = 'MANIFEST.csv';

const instant = z.iso.datetime({ precision: 3 });
const optional = z.string().transform((text) => (text === '' ? null : text));

const entryShape = z.object({
  /** Its name in the archive, beside the manifest. */
  file: z.string().regex(/^[^/\\]+$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Its name as it came. */
  file_name: z.string().min(1),
  kind: optional,
  /** The verdict on it when the archive was made. */
  status: z.string(),
  /** As believed on its arrival: another time is a decision. */
  published_at: instant,
  basis: z.enum(publishedAtBases),
  origin: z.enum(origins),
  arrived_at: instant,
  /** Whether the operator said that it is history. */
  backfill: z.enum(['true', 'false']),
  worksheet: optional,
  /** Where it was fetched; empty: it was not. */
  fetched_from: optional,
  fetched_at: optional,
  last_modified: optional,
  etag: optional,
});

export type ManifestEntry = z.infer<typeof entryShape>;

const columns = Object.keys(entryShape.shape) as (keyof ManifestEntry)[];

export const writeManifest = (entries: readonly ManifestEntry[]): string =>
  `${writeCsv([[...columns], ...entries.map((entry) => columns.map((column) => entry[column] ?? ''))])}\n`;

/** The files that it names, in the order of its rows. Throws {@link Refusal} that names the row and the column. */
export async function readManifest(path: string): Promise<IncomingFile[]> {
  const [header = [], ...rows] = parseCsv(new TextDecoder().decode(await bytesOf(path)));
  for (const column of columns) {
    if (header.includes(column)) continue;
    throw new Refusal('BAD_ARGUMENT', `${path} has no column ${column}: it is no manifest of an archive.`);
  }
  return rows
    .filter((row) => row.some((cell) => String(cell ?? '') !== ''))
    .map((row, index) => {
      const given = Object.fromEntries(header.map((name, at) => [String(name), String(row[at] ?? '')]));
      const entry = entryShape.safeParse(given);
      if (entry.success) return incomingOf(entry.data, dirname(path));
      const { path: at, message } = entry.error.issues[0] ?? { path: [], message: '' };
      throw new Refusal('BAD_ARGUMENT', `${path}, row ${index + 2}, ${at.join('.')}: ${message}`);
    });
}

function incomingOf(entry: ManifestEntry, folder: string): IncomingFile {
  const path = join(folder, entry.file);
  return {
    facts: {
      ...{ fileName: entry.file_name, receivedAt: entry.arrived_at },
      believed: { publishedAt: entry.published_at, publishedAtBasis: entry.basis },
      ...(entry.worksheet === null ? {} : { sheet: entry.worksheet }),
    },
    ...fetchedOf(entry),
    ...{ origin: entry.origin, backfill: entry.backfill === 'true', archivedStatus: entry.status },
    read: async () => {
      const bytes = await bytesOf(path);
      if (hashOf(bytes) === entry.sha256) return bytes;
      throw new Refusal(
        'BAD_ARGUMENT',
        `${path} has not the SHA-256 that the manifest says. Nothing of it was ingested.`,
      );
    },
  };
}

const fetchedOf = (entry: ManifestEntry): Pick<IncomingFile, 'fetched'> =>
  entry.fetched_from === null
    ? {}
    : {
        fetched: {
          ...{ address: entry.fetched_from, at: entry.fetched_at ?? entry.arrived_at },
          ...{ lastModified: entry.last_modified, etag: entry.etag },
        },
      };
