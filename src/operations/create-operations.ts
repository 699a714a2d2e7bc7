/** The operations on a ledger that this process has open. */
import { ledger } from '../../schema/tables/ledger.ts';
import type { Database, OpenDatabase } from '../database/database.ts';
import { RulesMismatch } from '../ledger/apply/apply.ts';
import { raiseRules } from '../ledger/apply/raise-rules.ts';
import { createAnalysis } from './create-analysis.ts';
import { releaseNextSample } from './fill-sample.ts';
import { ingestFiles } from './ingest-files.ts';
import { rejectList, releaseList, tryRelease } from './judge-list.ts';
import { decideItem, mergeAgencies, revokeDecision, splitAgency } from './judge-names.ts';
import { type Operations, Refusal } from './operations.ts';
import { reportChange } from './report-change.ts';
import { listDecisions, listDepartures, listReviews, listSnapshots } from './reports.ts';
import { currentRevision } from './revision.ts';

export function createOperations(database: Pick<OpenDatabase, 'db' | 'prepare'>): Operations {
  const { db } = database;
  return {
    async ingest(input, report, signal) {
      await mustBe(db, { sample: false });
      return refusing(() => ingestFiles(db, input, 'FILE', { report, signal }));
    },
    lists: (status, kind) => listSnapshots(db, status, kind),
    release: (id, reason, options = {}) =>
      refusing(() => (options.dryRun === true ? tryRelease : releaseList)(db, id, reason, options.backfill === true)),
    reject: (id, reason) => refusing(() => rejectList(db, id, reason)),
    reviews: (status) => listReviews(db, status),
    decide: (id, verdict, reason) => refusing(() => decideItem(db, id, verdict, reason)),
    decisions: () => listDecisions(db),
    revoke: (id, reason) => refusing(() => revokeDecision(db, id, reason)),
    merge: (survivor, merged, reason) => refusing(() => mergeAgencies(db, survivor, merged, reason)),
    split: (slug, names, reason) => refusing(() => splitAgency(db, slug, names, reason)),
    departures: () => listDepartures(db),
    raiseRules: () =>
      refusing(async () => {
        const raised = await raiseRules(db);
        return reportChange(await currentRevision(db), raised?.events ?? []);
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

/** Rules that differ are the operator's to mend: a refusal, not a fault. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RulesMismatch) throw new Refusal('RULES_OUTDATED', error.message);
    throw error;
  }
}
