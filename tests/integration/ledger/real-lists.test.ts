/**
 * The whole archive, ingested once as an operator would, and held against the independent counts beside it. Every
 * difference between the ledger's count and theirs is named below with its reason.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { parseCsv } from 'hucre/csv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aliases } from '../../../src/ledger/derive/names/aliases.ts';
import { nameSimilarity, wordContainment } from '../../../src/ledger/derive/names/name-similarity.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import type { IngestReport } from '../../../src/operations/operations.ts';
import { slowly } from '../../support/databases/slowly.ts';
import type { TestDatabase } from '../../support/databases/test-database.ts';
import { openRealLedger } from '../../support/ledgers/filled-ledgers.ts';
import { identities } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import { unlessPassed } from '../../support/run/kept-passes.ts';
import { sharedData } from '../../support/run/shared-data.ts';
import { describeDiffs } from './real-diffs.ts';
import { describeNames } from './real-names.ts';
import { describeNumbers } from './real-numbers.ts';

const archive = sharedData();
if (archive === null) process.stderr.write('real-lists.test: ../shared/data is missing, the archive is not tested\n');

/** What a list shows, counted the ledger's way. */
interface Counted {
  fileName: string;
  kind: string;
  day: string;
  modifiedAt: string | null;
  rows: number;
  asPrinted: number;
  /** Names in the state that the row prints, and in the one where it is read. */
  canonical: number;
  inPlace: number;
  agencies: number;
  agreements: number;
  places: number;
  states: number;
  tfm: number;
  jem: number;
  wso: number;
}

describe.skipIf(archive === null)('the archive of real lists', () => {
  let database: TestDatabase;
  let report: IngestReport;
  let counted: Counted[];
  const truth = archive === null ? [] : readTruth(join(archive, 'TRUTH.csv'));

  beforeAll(async () => {
    ({ database, report } = await openRealLedger(archive ?? ''));
    counted = await count(database);
  }, 1_200_000);
  afterAll(() => database?.close());

  it('accepts all 474 lists: none is held, rejected or a duplicate', () => {
    const statuses = new Map<string, number>();
    for (const { status } of report.files) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    expect([...statuses]).toEqual([['ACCEPTED', 474]]);
  });

  it('counts every distinct participating list and web table as the independent counts do', () => {
    const differences: string[] = [];
    let compared = 0;
    for (const expected of truth.filter(({ kind }) => kind !== 'pending')) {
      const found = counted.find((list) => matches(list, expected));
      if (!found) {
        differences.push(`${expected.snapshot}: no list`);
        continue;
      }
      compared += 1;
      for (const key of ['rows', 'asPrinted', 'canonical', 'places', 'states', 'tfm', 'jem', 'wso'] as const) {
        if (found[key] !== expected[key])
          differences.push(`${found.fileName} ${key}: ${found[key]} for ${expected[key]}`);
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBe(truth.filter(({ kind }) => kind !== 'pending').length);
  });

  it('has fewer agencies than canonical names only where an alias or a pairing joined two on one sheet', async () => {
    const joined = await slowly<{ place: string; names: string; lists: number }>(
      database,
      sql`select place, names, count(*)::int as lists from (
          select row.place_code as place, string_agg(distinct row.name_key, ' = ' order by row.name_key) as names
          from snapshots list
          join snapshot_rows printed on printed.snapshot_number = list.number
          join source_rows row on row.id = printed.source_row_id
          join agency_names name on name.place_code = row.place_code and name.name_key = row.name_key
          where list.kind = 'PARTICIPATING' group by list.number, row.place_code, name.agency_id
          having count(distinct row.name_key) > 1) sheet
        group by place, names order by place, names`,
    );
    expect(joined).toMatchInlineSnapshot(`
      [
        {
          "lists": 23,
          "names": "city st cloud police = st cloud police",
          "place": "FL",
        },
        {
          "lists": 8,
          "names": "city zephyrhills police = zephyrhills police",
          "place": "FL",
        },
        {
          "lists": 11,
          "names": "florida department environmental protection = florida department environmental protection division law enforcement",
          "place": "FL",
        },
        {
          "lists": 3,
          "names": "hopewell county sheriff = hopewell sheriff",
          "place": "VA",
        },
      ]
    `);
    const merged = counted.reduce((total, { inPlace, agencies }) => total + inPlace - agencies, 0);
    const names = joined.reduce((total, each) => total + each.lists * (each.names.split(' = ').length - 1), 0);
    expect(merged).toBe(names);
  });

  it('has fewer agreements than rows only where one key stands twice on a sheet', async () => {
    const twice = await slowly<{ place: string; agency: string; model: string; lists: number; more: number }>(
      database,
      sql`select place, agency, model, count(*)::int as lists, sum(rows - 1)::int as more from (
          select row.place_code as place, agency.name as agency, row.model, count(*) as rows
          from snapshots list
          join snapshot_rows printed on printed.snapshot_number = list.number
          join source_rows row on row.id = printed.source_row_id
          join agency_names name on name.place_code = row.place_code and name.name_key = row.name_key
          join agencies agency on agency.id = name.agency_id
          where list.kind = 'PARTICIPATING' and row.model is not null
          group by list.number, row.place_code, agency.name, row.model having count(*) > 1) sheet
        group by place, agency, model order by place, agency, model`,
    );
    expect(twice).toMatchInlineSnapshot(`
      [
        {
          "agency": "Florida Department of Environmental Protection, Division of Law Enforcement",
          "lists": 11,
          "model": "TASK_FORCE",
          "more": 11,
          "place": "FL",
        },
        {
          "agency": "Fort Walton Beach Police Department",
          "lists": 8,
          "model": "TASK_FORCE",
          "more": 8,
          "place": "FL",
        },
        {
          "agency": "St. Cloud Police Department",
          "lists": 29,
          "model": "TASK_FORCE",
          "more": 29,
          "place": "FL",
        },
        {
          "agency": "Volusia County Sheriff's Office",
          "lists": 10,
          "model": "TASK_FORCE",
          "more": 10,
          "place": "FL",
        },
        {
          "agency": "Zephyrhills Police Department",
          "lists": 8,
          "model": "TASK_FORCE",
          "more": 8,
          "place": "FL",
        },
        {
          "agency": "West York Borough Police Department",
          "lists": 1,
          "model": "TASK_FORCE",
          "more": 1,
          "place": "PA",
        },
      ]
    `);
    const fewer = counted.reduce((total, { rows, agreements }) => total + rows - agreements, 0);
    const modelless = await slowly<{ rows: number }>(
      database,
      sql`select count(*)::int as rows from snapshots list
        join snapshot_rows printed on printed.snapshot_number = list.number
        join source_rows row on row.id = printed.source_row_id
        where list.kind = 'PARTICIPATING' and row.model is null`,
    );
    expect(fewer).toBe(twice.reduce((total, { more }) => total + more, 0) + (modelless[0]?.rows ?? 0));
  });

  it('counts 1,168 as printed, 1,154 canonical, 1,381 rows, 41 places and 39 states on 2026-02-02', () => {
    const list = counted.find(({ fileName }) => fileName.startsWith('2026-02-02am_participating'));
    expect(list).toMatchObject({ asPrinted: 1168, canonical: 1154, rows: 1381, places: 41, states: 39 });
  });

  it('finds between 70 and 100 departures in the workbooks, and 10 to 20 more in the web tables', async () => {
    const departures = await createOperations(database).departures();
    const beforeWorkbooks = departures.filter(({ lastListedAt }) => lastListedAt < '2025-02-21');
    expect(beforeWorkbooks.length).toBeGreaterThanOrEqual(10);
    expect(beforeWorkbooks.length).toBeLessThanOrEqual(20);
    expect(departures.length - beforeWorkbooks.length).toBeGreaterThanOrEqual(70);
    expect(departures.length - beforeWorkbooks.length).toBeLessThanOrEqual(100);
    expect(departures.every(({ lastList, firstListWithout }) => lastList !== null && firstListWithout !== null)).toBe(
      true,
    );
  });

  it('unlists nothing that the same list adds under another spelling', async () => {
    const pairs = await slowly<{ left: string; right: string }>(
      database,
      sql`select one.key as left, other.key as right
        from ledger_events gone
        join ledger_events added on added.snapshot_number = gone.snapshot_number and added.model = gone.model
          and added.place_code = gone.place_code and added.kind = 'AGREEMENT_ADDED'
        join agreements old on old.id = gone.agreement_id join agencies one on one.id = old.agency_id
        join agreements new on new.id = added.agreement_id join agencies other on other.id = new.agency_id
        where gone.kind = 'AGREEMENT_UNLISTED' and old.signed_on = new.signed_on
        order by 1, 2`,
    );
    const alike = pairs.filter(({ left, right }) => {
      return nameSimilarity(left, right) >= 0.75 || wordContainment(left, right) === 'CONTAINS';
    });
    // Two counties whose boards signed on one day: one left the list on which the other's second agreement appeared.
    expect(alike).toEqual([
      { left: 'gulf county board county commissioners', right: 'pasco county board county commissioners' },
    ]);
  });

  it('keeps the agencies apart that look alike', async () => {
    const agencies = await slowly<{ place: string; key: string }>(
      database,
      sql`select place_code as place, key from agencies where derived and merged_into is null order by 1, 2`,
    );
    const keys = agencies.map(({ place, key }) => `${place} ${key}`);
    for (const key of [
      ...['FL melbourne beach police', 'FL west melbourne police', 'FL university west florida police'],
      ...['FL university florida police', 'FL florida department law enforcement', 'AZ pinal county sheriff'],
    ]) {
      expect(keys).toContain(key);
    }
    expect(keys.some((key) => /^FL (city )?melbourne police$/.test(key))).toBe(true);
    expect(keys.some((key) => /^FL florida department environmental protection/.test(key))).toBe(true);
  });

  it('takes the misnamed file of 2025-09-22 as the pending list that its header says', async () => {
    const [swapped] = await slowly<{ kind: string; code: string }>(
      database,
      sql`select list.kind, issue.code from snapshots list
        join row_issues issue on issue.snapshot_number = list.number and issue.code = 'KIND_SWAPPED'`,
    );
    expect(swapped).toEqual({ kind: 'PENDING', code: 'KIND_SWAPPED' });
  });

  describeNumbers(() => database);
  describeNames(() => database);
  describeDiffs(() => database);

  it('lets the revert of 2025-08-11 take effect', async () => {
    const tables = await slowly<{ same: boolean; between: boolean; status: string }>(
      database,
      sql`select revert.table_hash = earlier.table_hash as same, revert.table_hash <> other.table_hash as between,
          revert.status
        from snapshots revert, snapshots earlier, snapshots other
        where revert.file_name like '2025-08-11am_participating%' and earlier.file_name like '2025-08-07pm_participating%'
          and other.file_name like '2025-08-08pm_participating%'`,
    );
    expect(tables).toEqual([{ same: true, between: true, status: 'ACCEPTED' }]);
  });

  it('gives every alias something to do', async () => {
    const known = await slowly<{ place: string; key: string }>(
      database,
      sql`select place_code as place, name_key as key from agency_names`,
    );
    for (const { place, name, means } of aliases) {
      expect(known).toContainEqual({ place, key: name });
      expect(known).toContainEqual({ place, key: means });
    }
  });

  it(
    'changes nothing when everything is derived again, or ingested again',
    unlessPassed(async () => {
      const before = await identities(database.db);
      expect(await rederiveAll(database.db)).toEqual({ changed: false, events: 0 });
      expect(await identities(database.db)).toEqual(before);
      const paths = ['2025-02-21', '2026-04-01am'].flatMap((day) =>
        readdirSync(join(archive ?? '', 'participating'))
          .filter((name) => name.startsWith(day))
          .map((name) => join(archive ?? '', 'participating', name)),
      );
      const again = await createOperations(database).ingest({ paths });
      expect(again.files.map(({ status }) => status)).toEqual(['DUPLICATE', 'DUPLICATE']);
      expect(again.revision).toBe(report.revision);
    }),
    120_000,
  );
});

interface Expected extends Omit<Counted, 'agencies' | 'inPlace' | 'agreements' | 'day' | 'modifiedAt' | 'fileName'> {
  snapshot: string;
  file: string;
}

function readTruth(path: string): Expected[] {
  const [header, ...lines] = parseCsv(readFileSync(path, 'utf8')) as string[][];
  const column = (line: string[], name: string): string => line[header?.indexOf(name) ?? -1] ?? '';
  return lines
    .filter((line) => column(line, 'kind') !== '')
    .map((line) => ({
      ...{
        kind: column(line, 'kind'),
        snapshot: column(line, 'snapshot'),
        file: column(line, 'file').split('/').at(-1) ?? '',
      },
      ...{ rows: Number(column(line, 'rows')), asPrinted: Number(column(line, 'distinct_agencies_raw')) },
      canonical: Number(column(line, 'distinct_agencies_canon')),
      ...{ places: Number(column(line, 'states_incl_territories')), states: Number(column(line, 'states_only_50')) },
      ...{ tfm: Number(column(line, 'TFM')), jem: Number(column(line, 'JEM')), wso: Number(column(line, 'WSO')) },
    }));
}

const matches = (list: Counted, expected: Expected): boolean =>
  expected.kind === 'participating_html'
    ? list.fileName === `${expected.snapshot}_participating.csv`
    : list.fileName === expected.file;

/** Each accepted participating list by what stands on it. */
async function count(database: TestDatabase): Promise<Counted[]> {
  return slowly(
    database,
    sql`select list.file_name as "fileName", list.kind, count(*)::int as rows,
      count(distinct (cell.state, cell.agency))::int as "asPrinted",
      count(distinct (coalesce(row.moved_from, row.place_code), row.name_key))::int as canonical,
      count(distinct (row.place_code, row.name_key))::int as "inPlace",
      count(distinct name.agency_id)::int as agencies,
      count(distinct (name.agency_id, row.model)) filter (where row.model is not null)::int as agreements,
      count(distinct coalesce(row.moved_from, row.place_code))::int as places,
      count(distinct coalesce(row.moved_from, row.place_code))
        filter (where row.place_code not in ('AS', 'GU', 'MP', 'PR', 'VI'))::int as states,
      count(*) filter (where row.model = 'TASK_FORCE')::int as tfm,
      count(*) filter (where row.model = 'JAIL_ENFORCEMENT')::int as jem,
      count(*) filter (where row.model = 'WARRANT_SERVICE_OFFICER')::int as wso
      from snapshots list
      join snapshot_rows printed on printed.snapshot_number = list.number
      join source_rows row on row.id = printed.source_row_id
      left join agency_names name on name.place_code = row.place_code and name.name_key = row.name_key
      cross join lateral (select
        max(cell ->> 'text') filter (where cell ->> 'column' = 'STATE') as state,
        max(cell ->> 'text') filter (where cell ->> 'column' = 'LAW ENFORCEMENT AGENCY') as agency
        from jsonb_array_elements(row.cells) cell) cell
      where list.kind = 'PARTICIPATING' group by list.number order by list.published_at`,
  );
}
