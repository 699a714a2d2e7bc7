/**
 * One step of bench/ingest in a process of its own, so that its peak of memory is its own:
 * `step.ts <phase | copy> <rows> <url>`. Prints what it measured as one line of JSON.
 */
import { openDatabase } from '../../src/database/open.ts';
import { applyList } from '../../src/ledger/apply/apply.ts';
import { toSourceRow } from '../../src/ledger/apply/lists/store-list.ts';
import { createOperations } from '../../src/operations/create-operations.ts';
import { copyRows } from '../database/copy-rows.ts';
import { connect } from '../database/open-bench-database.ts';
import { generateArrival, generateRows, type Phase, phases } from './generated-list.ts';

export interface Measured {
  status: string;
  /** Until the last row was handed over, and from there to the commit. */
  storeMilliseconds: number;
  settleMilliseconds: number;
  peakMegabytes: number;
  events: number;
}

const [step = '', length = '', url = ''] = process.argv.slice(2);
const measured = step === 'copy' ? await copy(Number(length)) : await ingest(phaseOf(step), Number(length));
process.stdout.write(`${JSON.stringify(measured)}\n`);

function phaseOf(name: string): Phase {
  const phase = phases.find((each) => each === name);
  if (phase === undefined) throw new Error(`There is no phase ${name}.`);
  return phase;
}

async function ingest(phase: Phase, rowCount: number): Promise<Measured> {
  const database = await openDatabase({ kind: 'postgres', url });
  const startedAt = performance.now();
  let storedAt = startedAt;
  const rows = (function* () {
    yield* generateRows(phase, rowCount);
    storedAt = performance.now();
  })();
  const applied = await applyList(database.db, generateArrival(phase, rowCount, rows), { backfill: false });
  let settled = performance.now() - storedAt;
  let { events, status } = applied;
  if (status === 'HELD') {
    // It changes more than a list ever did: what counts is what it costs once it may.
    const releasedAt = performance.now();
    ({ events } = await createOperations(database).release(applied.snapshotId, 'a list of a bench'));
    settled = performance.now() - releasedAt;
    status = 'ACCEPTED';
  }
  await database.close();
  const told = Object.values(events).reduce((sum, each) => sum + each, 0);
  return report(status, storedAt - startedAt, settled, told);
}

/** The same rows into a table of the same columns, without keys and indexes. */
async function copy(rowCount: number): Promise<Measured> {
  const sql = connect(url);
  await sql`create table copied as select hash, cells, corrections, place_code, agency_name, name_key, model::text,
    agency_type::text, signed_on, memorandum_url from source_rows where false`;
  const columns = ['hash', 'cells', 'corrections', 'place_code', 'agency_name', 'name_key', 'model'];
  const startedAt = performance.now();
  const rows = (function* () {
    for (const row of generateRows('first', rowCount)) {
      const { hash, cells, corrections, placeCode, agencyName, nameKey, model, ...rest } = toSourceRow(row);
      yield [
        ...[hash, JSON.stringify(cells), JSON.stringify(corrections), placeCode ?? null, agencyName ?? null],
        ...[nameKey ?? null, model ?? null, rest.agencyType ?? null, rest.signedOn ?? null, rest.memorandumUrl ?? null],
      ];
    }
  })();
  await copyRows(sql, 'copied', [...columns, 'agency_type', 'signed_on', 'memorandum_url'], rows);
  const doneAt = performance.now();
  await sql`drop table copied`;
  await sql.end();
  return report('COPIED', doneAt - startedAt, 0, 0);
}

function report(status: string, storeMilliseconds: number, settleMilliseconds: number, events: number): Measured {
  // Linux and macOS: kilobytes.
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  return { status, storeMilliseconds, settleMilliseconds, peakMegabytes, events };
}
