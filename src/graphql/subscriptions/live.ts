/** The living part of a process: the tail of its ledger's log, and the feed of its watchers. */
import type { OpenDatabase } from '../../database/database.ts';
import { createFeed, type Feed } from '../../feed/feed.ts';
import { CursorError } from '../../feed/log/cursor.ts';
import { EVENTS_CHANNEL, renewEpoch } from '../../feed/log/event-log.ts';
import { startTail } from '../../feed/log/tail.ts';
import type { LoggedEvent } from '../../queries/events.ts';
import type { Queries } from '../../queries/queries.ts';
import { createOperatorNotices, type OperatorNotice } from './operator-notices.ts';
import type { Live } from './streams.ts';

export interface RunningLive extends Live {
  close(): Promise<void>;
}

export interface LiveSettings {
  /** False: the log is only polled. */
  notify: boolean;
  /** Between two looks at a log that wakes nobody. */
  pollMilliseconds?: number | undefined;
}

/** Rejects when the database is away. */
export async function startLive(
  { db, listen }: Pick<OpenDatabase, 'db' | 'listen'>,
  queries: Queries,
  { notify, pollMilliseconds }: LiveSettings,
  log: TroubleLog,
): Promise<RunningLive> {
  const onTrouble = (error: unknown): void => log.warn({ err: error }, 'the log of events could not be read');
  const tail = await startTail<LoggedEvent>({
    readHead: queries.ledger,
    readEvents: queries.eventsAfter,
    listen: notify ? (wake) => listen(EVENTS_CHANNEL, wake) : null,
    renewEpoch: (stale) => renewEpoch(db, stale),
    ...{ onTrouble, pollMilliseconds },
  });
  const feed = createFeed(tail, onTrouble);
  tail.onRebuilt(() => {
    log.warn({ epoch: tail.head.epoch }, 'the log was rebuilt: streams end');
    feed.fail(new CursorError('CURSOR_STALE', 'The log was rebuilt: query again and watch from the new position.'));
  });
  const notices = createOperatorNotices({
    ...{ queries, onTrouble, onMove: (listener) => tail.onMove(listener) },
    isWatched: () => operatorFeed.watchers > 0,
  });
  const operatorFeed: Feed<OperatorNotice> = createFeed(notices.tail, onTrouble);
  return {
    ...{ tail, feed, operators: { notices, feed: operatorFeed } },
    close: async () => {
      feed.close();
      operatorFeed.close();
      notices.close();
      await tail.close();
    },
  };
}

export interface TroubleLog {
  warn(fields: object, message: string): void;
}
