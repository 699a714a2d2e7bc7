/** The operations on a ledger that this process has open. */
import { ledger } from '../../schema/tables/ledger.ts';
import type { Database, OpenDatabase } from '../database/database.ts';
import { RulesMismatch } from '../ledger/apply/apply.ts';
import { TimeTaken } from '../ledger/apply/lists/change-list.ts';
import { raiseRules } from '../ledger/apply/raise-rules.ts';
import { countEvents } from '../ledger/apply/settle.ts';
import { createAnalysis } from './create-analysis.ts';
import { addSpelling, listSpellings } from './decisions/add-spelling.ts';
import { decideItem, mergeAgencies, renameAgency, splitAgency } from './decisions/merge-split-rename.ts';
import { revokeDecision } from './decisions/revoke-decision.ts';
import { diffList } from './lists/diff-list.ts';
import { tryOut } from './lists/dry-run.ts';
import { ingestFiles } from './lists/ingest-files.ts';
import { planOf } from './lists/plan.ts';
import { redateList, rejectList, releaseList, withdrawList } from './lists/release-and-reject.ts';
import { reportChange } from './lists/report-change.ts';
import { type ActOptions, type ChangeReport, type Operations, Refusal } from './operations.ts';
import { listDecisions, listDepartures, listReviews, listSnapshots } from './reports.ts';
import { currentRevision } from './revision.ts';
import { releaseNextSample } from './sample/fill-sample.ts';

export function createOperations(database: Pick<OpenDatabase, 'db' | 'prepare'>): Operations {
  const { db } = database;
  const act = (options: ActOptions = {}, work: (on: Database) => Promise<ChangeReport>): Promise<ChangeReport> =>
    refusing(async () => {
      if (options.dryRun !== true) return work(db);
      const { value, found } = await tryOut(db, work);
      return { ...value, plan: planOf(found), revision: await currentRevision(db), decisionIds: [] };
    });
  return {
    async ingest(input, report, signal) {
      await mustBe(db, { sample: false });
      return refusing(() => ingestFiles(db, input, 'FILE', { report, signal }));
    },
    lists: (status, kind) => listSnapshots(db, status, kind),
    diff: (id) => refusing(() => diffList(db, id)),
    release: (id, reason, options) => act(options, (on) => releaseList(on, id, reason, options?.backfill === true)),
    reject: (id, reason) => act({}, (on) => rejectList(on, id, reason)),
    withdraw: (id, reason, options) => act(options, (on) => withdrawList(on, id, reason)),
    redate: (id, publishedAt, reason, options) => act(options, (on) => redateList(on, id, publishedAt, reason)),
    reviews: (status) => listReviews(db, status),
    decide: (id, verdict, reason, options) => act(options, (on) => decideItem(on, id, verdict, reason)),
    decisions: () => listDecisions(db),
    revoke: (id, reason, options) => act(options, (on) => revokeDecision(on, id, reason)),
    merge: (survivor, merged, reason, options) => act(options, (on) => mergeAgencies(on, survivor, merged, reason)),
    split: (slug, names, reason, options) => act(options, (on) => splitAgency(on, slug, names, reason)),
    rename: (slug, name, reason, options) => act(options, (on) => renameAgency(on, slug, name, reason)),
    spellings: () => listSpellings(db),
    addSpelling: (given, reason, options) => act(options, (on) => addSpelling(on, given, reason)),
    removeSpelling: (id, reason, options) => act(options, (on) => revokeDecision(on, id, reason, 'SPELLING')),
    departures: () => listDepartures(db),
    raiseRules: () =>
      refusing(async () => {
        const raised = await raiseRules(db);
        return reportChange(await currentRevision(db), [countEvents(raised?.events ?? [])]);
      }),
    async sampleNext() {
      await mustBe(db, { sample: true });
      return refusing(() => releaseNextSample(db));
    },
    ...createAnalysis(database),
  };
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
