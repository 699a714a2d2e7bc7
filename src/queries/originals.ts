/** Originals: what is kept of a file, and who may have it. */
import { sql } from 'drizzle-orm';
import { originals } from '../../schema/tables/originals.ts';
import { snapshots } from '../../schema/tables/snapshots.ts';
import { arrayLiteral, type Statements } from './keyset/statement.ts';

export interface OriginalRow {
  sha256: string;
  bytes: number;
  mediaType: string;
}

/** In the order of the hashes; null where the bytes are not kept. */
export async function originalsByHash(
  statements: Statements,
  hashes: readonly string[],
): Promise<(OriginalRow | null)[]> {
  const query = sql`select ${originals.sha256}, ${originals.bytes}, ${originals.mediaType} from ${originals}
    where ${originals.sha256} = any(${sql.placeholder('hashes')}::text[])`;
  const build = () => ({ query, read: readOriginal });
  const rows = await statements.run('originals by hash', build, { hashes: arrayLiteral(hashes) });
  const byHash = new Map(rows.map((row) => [row.sha256, row]));
  return hashes.map((hash) => byHash.get(hash) ?? null);
}

const readOriginal = (cells: readonly unknown[]): OriginalRow => ({
  sha256: String(cells[0]),
  bytes: Number(cells[1]),
  mediaType: String(cells[2]),
});

export interface NamedOriginal extends OriginalRow {
  /** Whether a list with these bytes is accepted. */
  isPublic: boolean;
}

/** The file that came under this name; null where none did, or its bytes are not kept. */
export async function originalNamed(
  statements: Statements,
  sha256: string,
  fileName: string,
): Promise<NamedOriginal | null> {
  const query = sql`select ${originals.sha256}, ${originals.bytes}, ${originals.mediaType},
      exists (select 1 from ${snapshots} list where list.sha256 = ${originals.sha256} and list.status = 'ACCEPTED')
    from ${originals} where ${originals.sha256} = ${sql.placeholder('sha256')}::text
      and exists (select 1 from ${snapshots} list
        where list.sha256 = ${originals.sha256} and list.file_name = ${sql.placeholder('fileName')}::text)`;
  const read = (cells: readonly unknown[]) => ({ ...readOriginal(cells), isPublic: cells[3] === true });
  const [found] = await statements.run('original named', () => ({ query, read }), { sha256, fileName });
  return found ?? null;
}
