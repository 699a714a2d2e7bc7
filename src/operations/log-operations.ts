/** What operators do, in the log of the server that they do it through: every ingest, hold, rejection and failure. */
import { describeFailure } from './describe-failure.ts';
import { type IngestedFile, type Operations, Refusal } from './operations.ts';

/** As much of a log as this needs: facts, then a message. */
export interface OperationsLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** The same operations, each of which that changes the ledger leaves a line. */
export function logOperations(operations: Operations, log: OperationsLog): Operations {
  async function logged<Result>(what: string, facts: object, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const why = describeFailure(error);
      if (error instanceof Refusal) log.warn({ ...facts, code: error.code }, `${what} refused: ${why}`);
      else log.error({ ...facts, err: error }, `${what} failed: ${why}`);
      throw error;
    }
  }
  const judged = async <Result>(what: string, facts: object, work: () => Promise<Result>): Promise<Result> => {
    const result = await logged(what, facts, work);
    log.info(facts, what);
    return result;
  };
  return {
    ...operations,
    ingest: (input, report, signal) =>
      logged('ingest', { files: input.paths.length }, async () => {
        const outcome = await operations.ingest(input, report, signal);
        if (!outcome.dryRun) for (const file of outcome.files) logFile(log, file);
        return outcome;
      }),
    release: (id, reason, options = {}) =>
      options.dryRun === true
        ? operations.release(id, reason, options)
        : judged('release', { list: id, reason }, () => operations.release(id, reason, options)),
    reject: (id, reason) => judged('reject', { list: id, reason }, () => operations.reject(id, reason)),
    decide: (id, verdict, reason) =>
      judged('decide', { item: id, verdict, reason }, () => operations.decide(id, verdict, reason)),
    revoke: (id, reason) => judged('revoke', { decision: id, reason }, () => operations.revoke(id, reason)),
    merge: (survivor, merged, reason) =>
      judged('merge', { survivor, merged, reason }, () => operations.merge(survivor, merged, reason)),
    split: (slug, names, reason) =>
      judged('split', { slug, names, reason }, () => operations.split(slug, names, reason)),
    raiseRules: () => judged('migrate', {}, () => operations.raiseRules()),
  };
}

function logFile(log: OperationsLog, file: IngestedFile): void {
  const { fileName, snapshotId, publishedAt, rowCount, issueRowCount, liveEvents } = file;
  const facts = { fileName, list: snapshotId, publishedAt, rowCount, issueRowCount, liveEvents };
  if (file.status === 'HELD') log.warn({ ...facts, why: file.holdReasons.map(({ message }) => message) }, 'list held');
  else if (file.status === 'REJECTED') log.warn({ ...facts, why: file.rejection?.message }, 'list rejected');
  else log.info(facts, `list ${file.status.toLowerCase()}`);
}
