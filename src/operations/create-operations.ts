/** The operations on a ledger that this process has open. */
import { basename } from 'node:path';
import type { OperatorAct } from '../../schema/enums.ts';
import { ledger } from '../../schema/tables/ledger.ts';
import { planOf } from '../analysis/plan.ts';
import type { Database, OpenDatabase } from '../database/database.ts';
import { RulesMismatch } from '../ledger/apply/apply.ts';
import { TimeTaken } from '../ledger/apply/lists/change-list.ts';
import { raiseRules } from '../ledger/apply/raise-rules.ts';
import { countEvents } from '../ledger/apply/told.ts';
import { RULES_VERSION } from '../ledger/derive/rules-version.ts';
import { writeArchive } from './archive/archive.ts';
import { type Actor, localActor, localUser } from './audit/actor.ts';
import { type Act, audited, auditing } from './audit/audited.ts';
import { listAudit } from './audit/list-audit.ts';
import { fetchedListsOf, listsOf } from './audit/lists-of.ts';
import { noteBackup } from './backups.ts';
import { addSpelling, listSpellings } from './decisions/add-spelling.ts';
import { decideItem, mergeAgencies, renameAgency, splitAgency } from './decisions/merge-split-rename.ts';
import { revokeDecision } from './decisions/revoke-decision.ts';
import { type Analysis, createAnalysis } from './figures/create-analysis.ts';
import { keepFigures, removeFigure } from './figures/keep-figures.ts';
import { keepPopulation } from './figures/keep-population.ts';
import { followRound } from './follow/follow-round.ts';
import type { FollowSettings } from './follow/follow-settings.ts';
import { createKey, listKeys, revokeKey } from './keys/keep-keys.ts';
import type { KeyEntry } from './keys/key-operations.ts';
import { diffList } from './lists/diff-list.ts';
import { tryOut } from './lists/dry-run.ts';
import { ingestFiles } from './lists/ingest-files.ts';
import { redateList, rejectList, releaseList, withdrawList } from './lists/release-and-reject.ts';
import { reportChange } from './lists/report-change.ts';
import { type ActOptions, type ChangeReport, type IngestReport, type Operations, Refusal } from './operations.ts';
import { checkGiven, checkInstant, checkReason } from './read-given.ts';
import { withWholeIds } from './read-id.ts';
import { listDecisions, listDepartures, listReviews, listSnapshots } from './reports.ts';
import { currentRevision } from './revision.ts';
import { releaseNextSample } from './sample/fill-sample.ts';
import { readStatus } from './status.ts';

export interface OperationsSettings {
  /** Null: nothing is followed. */
  follow: FollowSettings | null;
  /** Folder of an embedded ledger; null: there is none. */
  directory?: string | null;
  /** Of the server that this process is; left out, it is none. */
  watchers?: () => number;
}

type OperatedDatabase = Pick<OpenDatabase, 'db' | 'prepare' | 'originals' | 'kind'> &
  Partial<Pick<OpenDatabase, 'copyTo'>>;

/** The operations of somebody, each of which that changes the ledger leaves its row in the audit log. */
export type OperationsOf = (actor: Actor) => Operations;

/** Those of the user that runs this process, unless another is named. */
export const createOperations = (
  database: OperatedDatabase,
  settings: OperationsSettings = { follow: null },
  actor: Actor = localActor(localUser()),
): Operations => createOperationsOf(database, settings)(actor);

export function createOperationsOf(
  database: OperatedDatabase,
  settings: OperationsSettings = { follow: null },
): OperationsOf {
  const analysis = createAnalysis(database);
  return (actor) => bindOperations(database, settings, actor, analysis);
}

function bindOperations(
  database: OperatedDatabase,
  settings: OperationsSettings,
  actor: Actor,
  analysis: Analysis,
): Operations {
  const { db } = database;
  /** Text that cannot be stored is refused before anything is, without a row. */
  const keep = async <Result>(act: Omit<Act, 'actor'>, work: (on: Database) => Promise<Result>): Promise<Result> => {
    checkGiven(act.given);
    if (act.reason !== undefined) checkReason(act.reason);
    const given = await withWholeIds(db, act.given);
    return audited(db, { ...act, given, actor }, (on) => refusing(() => work(on)));
  };
  /** What takes a reason, and may be tried out. */
  const act = (
    kind: OperatorAct,
    given: Record<string, unknown>,
    reason: string,
    options: ActOptions = {},
    work: (on: Database) => Promise<ChangeReport>,
  ): Promise<ChangeReport> => {
    if (options.dryRun !== true) return keep({ kind, given, reason }, work);
    return refusing(async () => {
      checkGiven(given);
      checkReason(reason);
      const { value, found } = await tryOut(db, work);
      return { ...value, plan: planOf(found), revision: await currentRevision(db), decisionIds: [] };
    });
  };
  return {
    async ingest(input, report, signal) {
      const { manifest, publishedAt, sheet, headerRow, backfill, dryRun } = input;
      const fileNames = input.paths.map((path) => basename(path));
      const given = {
        ...(fileNames.length === 1 ? { fileNames } : {}),
        ...(manifest === undefined ? {} : { manifest: basename(manifest) }),
        ...{ publishedAt, sheet, headerRow, backfill },
      };
      checkGiven({ ...given, fileNames });
      const work = async (on: Database): Promise<IngestReport> => {
        if (publishedAt !== undefined) checkInstant('publishedAt', publishedAt);
        await mustBe(db, { sample: false });
        const origin = actor.address === null ? 'FILE' : 'UPLOAD';
        return ingestFiles({ ...database, db: on }, input, origin, { report, signal });
      };
      if (dryRun === true) return refusing(() => work(db));
      return keep({ kind: 'INGEST', given, found: listsOf }, work);
    },
    async follow({ onlyIfDue }, signal) {
      if (settings.follow === null) throw new Refusal('BAD_ARGUMENT', 'This process does not know what to follow.');
      const { follow } = settings;
      await mustBe(db, { sample: false });
      // A look that is refused is made again within minutes, so that only what is done has its row.
      const on = auditing(db, { kind: 'INGEST', actor, given: {}, found: fetchedListsOf });
      return refusing(() => followRound({ ...database, db: on }, follow, { onlyIfDue, signal }));
    },
    status: () =>
      readStatus(database, { directory: settings.directory ?? null, watchers: settings.watchers?.() ?? null }),
    archive: (directory) => writeArchive(database, directory),
    lists: (status, kind) => listSnapshots(db, status, kind),
    diff: (list) => refusing(() => diffList(db, list)),
    release: (list, reason, options) => {
      const backfill = options?.backfill === true;
      return act('RELEASE', { list, ...(backfill && { backfill }) }, reason, options, (on) =>
        releaseList(on, list, reason, backfill),
      );
    },
    reject: (list, reason) => act('REJECT', { list }, reason, {}, (on) => rejectList(on, list, reason)),
    withdraw: (list, reason, options) =>
      act('WITHDRAW', { list }, reason, options, (on) => withdrawList(on, list, reason)),
    redate: (list, publishedAt, reason, options) =>
      act('REDATE', { list, publishedAt }, reason, options, (on) => {
        checkInstant('publishedAt', publishedAt);
        return redateList(on, list, publishedAt, reason);
      }),
    reviews: (status) => listReviews(db, status),
    decide: (reviewItem, verdict, reason, options) =>
      act('DECIDE', { reviewItem, verdict }, reason, options, (on) => decideItem(on, reviewItem, verdict, reason)),
    decisions: () => listDecisions(db),
    revoke: (decision, reason, options) =>
      act('REVOKE', { decision }, reason, options, (on) => revokeDecision(on, decision, reason)),
    merge: (survivor, merged, reason, options) =>
      act('MERGE', { survivor, merged }, reason, options, (on) => mergeAgencies(on, survivor, merged, reason)),
    split: (agency, printedNames, reason, options) =>
      act('SPLIT', { agency, printedNames }, reason, options, (on) => splitAgency(on, agency, printedNames, reason)),
    rename: (agency, name, reason, options) =>
      act('RENAME', { agency, name }, reason, options, (on) => renameAgency(on, agency, name, reason)),
    spellings: () => listSpellings(db),
    addSpelling: (given, reason, options) =>
      act('ADD_SPELLING', { ...given }, reason, options, (on) => addSpelling(on, given, reason)),
    removeSpelling: (decision, reason, options) =>
      act('REMOVE_SPELLING', { decision }, reason, options, (on) => revokeDecision(on, decision, reason, 'SPELLING')),
    departures: () => listDepartures(db),
    noteBackup: (note) => noteBackup(db, note),
    async copyLedger(folder) {
      if (database.copyTo == null) throw new Refusal('BAD_ARGUMENT', 'A ledger on a server is copied by pg_dump.');
      await database.copyTo(folder);
    },
    raiseRules: () =>
      keep({ kind: 'RAISE_RULES', given: { rulesVersion: RULES_VERSION } }, async (on) => {
        const raised = await raiseRules(on);
        return reportChange(await currentRevision(on), [countEvents(raised?.events ?? [])]);
      }),
    sampleNext: () =>
      keep({ kind: 'RELEASE_SAMPLE', given: {}, found: listsOf }, async (on) => {
        await mustBe(db, { sample: true });
        return releaseNextSample({ ...database, db: on });
      }),
    ...analysis,
    addFigures: (given) =>
      keep({ kind: 'ADD_FIGURES', given: { figures: idsOf(given) } }, (on) => keepFigures(on, given)),
    removeFigure: (figure) => keep({ kind: 'REMOVE_FIGURE', given: { figure } }, (on) => removeFigure(on, figure)),
    importPopulation: (given) =>
      keep({ kind: 'IMPORT_POPULATION', given: { fileName: given.fileName, year: given.year } }, (on) =>
        keepPopulation(on, given),
      ),
    createKey: (given) =>
      keep({ kind: 'CREATE_KEY', given: { ...given }, found: prefixOf }, (on) => createKey(on, given)),
    keys: () => listKeys(db),
    revokeKey: (key, reason) =>
      keep({ kind: 'REVOKE_KEY', given: {}, reason, found: prefixOf }, (on) => revokeKey(on, key, reason)),
    async audit(limit, kind) {
      if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ENTRIES)
        throw new Refusal('BAD_ARGUMENT', `limit must be a whole number from 1 to ${MOST_ENTRIES}.`);
      return listAudit(db, limit, kind);
    },
  };
}

const MOST_ENTRIES = 10_000;

/** The key may be among what is asked for: only its beginning is kept. */
const prefixOf = (entry: unknown): Record<string, unknown> => ({ prefix: (entry as KeyEntry).prefix });

function idsOf(figures: readonly unknown[]): string[] {
  return figures.flatMap((figure) =>
    typeof figure === 'object' && figure !== null && 'id' in figure ? [String(figure.id)] : [],
  );
}

/** Real lists never go into the sample ledger, nor sample lists into a real one. */
async function mustBe(db: Database, { sample }: { sample: boolean }): Promise<void> {
  const [row] = await db.select({ sample: ledger.sample }).from(ledger);
  if (row?.sample === sample) return;
  throw new Refusal(
    'SAMPLE_LEDGER',
    sample ? 'This is not the sample ledger.' : 'This is the sample ledger: real lists never go into it.',
  );
}

/** Rules that differ, and a time that is taken, are the operator's to mend: a refusal, not a fault. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RulesMismatch) throw new Refusal('RULES_OUTDATED', error.message);
    if (error instanceof TimeTaken) throw new Refusal('BAD_ARGUMENT', error.message);
    throw error;
  }
}
