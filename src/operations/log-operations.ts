/** What operators do, in the log of the server that they do it through: every ingest, hold, rejection and failure. */
import { describeFailure } from './describe-failure.ts';
import { type ActOptions, type IngestedFile, type Operations, Refusal } from './operations.ts';

/** As much of a log as this needs: facts, then a message. */
export interface OperationsLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Told of each act what became of it: `done`, `refused`, `failed`, or of an ingested file its status. */
export type ObserveAct = (act: string, outcome: string) => void;

/** The same operations, each of which that changes the ledger leaves a line. */
export function logOperations(operations: Operations, log: OperationsLog, observe: ObserveAct = () => {}): Operations {
  async function logged<Result>(what: string, facts: object, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const why = describeFailure(error);
      observe(what, error instanceof Refusal ? 'refused' : 'failed');
      if (error instanceof Refusal) log.warn({ ...facts, code: error.code }, `${what} refused: ${why}`);
      else log.error({ ...facts, err: error }, `${what} failed: ${why}`);
      throw error;
    }
  }
  /** A dry run changes nothing, and leaves no line. */
  const judged = async <Result>(
    what: string,
    facts: object,
    options: ActOptions | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    if (options?.dryRun === true) return work();
    const result = await logged(what, facts, work);
    log.info(facts, what);
    observe(what, 'done');
    return result;
  };
  return {
    ...operations,
    ingest: (input, report, signal) =>
      logged('ingest', { files: input.paths.length }, async () => {
        const outcome = await operations.ingest(input, report, signal);
        if (outcome.dryRun) return outcome;
        for (const file of outcome.files) {
          logFile(log, file);
          observe('ingest', file.status.toLowerCase());
        }
        return outcome;
      }),
    follow: async (options, signal) => {
      const report = await operations.follow(options, signal);
      for (const file of report.files) logFile(log, file);
      return report;
    },
    release: (id, reason, options) =>
      judged('release', { list: id, reason }, options, () => operations.release(id, reason, options)),
    reject: (id, reason) => judged('reject', { list: id, reason }, {}, () => operations.reject(id, reason)),
    withdraw: (id, reason, options) =>
      judged('withdraw', { list: id, reason }, options, () => operations.withdraw(id, reason, options)),
    redate: (id, publishedAt, reason, options) =>
      judged('redate', { list: id, publishedAt, reason }, options, () =>
        operations.redate(id, publishedAt, reason, options),
      ),
    decide: (id, verdict, reason, options) =>
      judged('decide', { item: id, verdict, reason }, options, () => operations.decide(id, verdict, reason, options)),
    revoke: (id, reason, options) =>
      judged('revoke', { decision: id, reason }, options, () => operations.revoke(id, reason, options)),
    merge: (survivor, merged, reason, options) =>
      judged('merge', { survivor, merged, reason }, options, () => operations.merge(survivor, merged, reason, options)),
    split: (slug, names, reason, options) =>
      judged('split', { slug, names, reason }, options, () => operations.split(slug, names, reason, options)),
    rename: (slug, name, reason, options) =>
      judged('rename', { slug, name, reason }, options, () => operations.rename(slug, name, reason, options)),
    addSpelling: (given, reason, options) =>
      judged('add spelling', { ...given, reason }, options, () => operations.addSpelling(given, reason, options)),
    removeSpelling: (id, reason, options) =>
      judged('remove spelling', { decision: id, reason }, options, () =>
        operations.removeSpelling(id, reason, options),
      ),
    noteBackup: async (note) => {
      await operations.noteBackup(note);
      log[note.error === null ? 'info' : 'error'](note, note.error === null ? 'backed up' : 'backup failed');
    },
    copyLedger: (folder) => judged('copy for a backup', {}, {}, () => operations.copyLedger(folder)),
    raiseRules: () => judged('migrate', {}, {}, () => operations.raiseRules()),
    createKey: (given) => judged('create key', { ...given }, {}, () => operations.createKey(given)),
    revokeKey: (key, reason) => judged('revoke key', { reason }, {}, () => operations.revokeKey(key, reason)),
  };
}

function logFile(log: OperationsLog, file: IngestedFile): void {
  const { fileName, snapshotId, publishedAt, rowCount, issueRowCount, liveEvents } = file;
  const facts = { fileName, list: snapshotId, publishedAt, rowCount, issueRowCount, liveEvents };
  if (file.status === 'HELD') log.warn({ ...facts, why: file.holdReasons.map(({ message }) => message) }, 'list held');
  else if (file.status === 'REJECTED') log.warn({ ...facts, why: file.rejection?.message }, 'list rejected');
  else log.info(facts, `list ${file.status.toLowerCase()}`);
}
