/** A server that looks every twenty seconds what is wrong, and tells an operator. */
import type { OpenDatabase } from '../../database/database.ts';
import { isDiskFull } from '../../database/error-cause.ts';
import { describeFailure } from '../describe-failure.ts';
import type { OperationsLog } from '../log-operations.ts';
import { repeat } from '../repeat.ts';
import { type AlarmSettings, checkAlarms } from './check-alarms.ts';
import type { Notice } from './keep-alarms.ts';
import { tellOperator } from './webhook.ts';

/** Where the webhook fails it is tried again a minute later, so an operator hears within five minutes. */
const EVERY_MILLISECONDS = 20_000;

/** So often it is told that nothing can be written, as of other alarms. */
const REMINDER_MILLISECONDS = 86_400_000;

/** Resolves when it is stopped. */
export function alarmsByItself(
  database: Pick<OpenDatabase, 'db' | 'prepare'>,
  settings: AlarmSettings,
  log: OperationsLog,
  signal: AbortSignal,
): Promise<void> {
  let fullToldAt = Number.NEGATIVE_INFINITY;
  /** Where not even an alarm can be kept. */
  const tellFull = async (error: unknown): Promise<never> => {
    const { webhook, directory, naming } = settings;
    const isDue = performance.now() - fullToldAt >= REMINDER_MILLISECONDS;
    if (webhook !== null && isDue && error instanceof Error && isDiskFull(error)) {
      await tellOperator(webhook, [nothingFits(directory)], naming);
      fullToldAt = performance.now();
    }
    throw error;
  };
  return repeat({
    work: async () => {
      for (const { alarm, state, message } of await checkAlarms(database, settings).catch(tellFull)) {
        log[state === 'CLEARED' ? 'info' : 'warn'](
          { kind: alarm.kind, subject: alarm.subject, state },
          `operator told: ${message}`,
        );
      }
      return EVERY_MILLISECONDS;
    },
    onError: (error) => log.error({ err: error }, `alarms: ${describeFailure(error)}`),
    signal,
  });
}

function nothingFits(directory: string | null): Notice {
  const subject = directory ?? 'database';
  const message =
    directory === null
      ? 'The disk of the database server is full: nothing is written.'
      : `The disk of the ledger is full: nothing is written (${directory}).`;
  const none = { toldAt: null, closedAt: null, clearedAt: null };
  return {
    alarm: { id: 0, kind: 'DISK_FULL', subject, message, openedAt: new Date(), ...none },
    state: 'OPEN',
    message,
  };
}
