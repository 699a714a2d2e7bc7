/**
 * An embedded database in a thread of its own: the event loop goes on whatever a statement costs, and one that does
 * not end can be ended. See docs/decisions/0001-embedded-database-in-a-worker.md.
 */
import { pinFolder } from '../folder/pinned-folder.ts';
import { wordSimilarityThreshold } from '../postgres/session-settings.ts';
import { STATEMENT_MILLISECONDS } from '../statements/statement-limits.ts';
import { createClient, type EmbeddedClient } from './client.ts';
import { FolderExchanged } from './faults.ts';
import { keepThread } from './keep-thread.ts';
import { learnArrays, plainTypes } from './known-types.ts';
import { createListeners } from './listeners.ts';
import { openSession, type Session } from './session.ts';
import { type DatabaseThread, startThread } from './start-thread.ts';

export interface EmbeddedDatabase {
  /** For queries: a statement outside a transaction has a limit of time. */
  client: EmbeddedClient;
  /** Without that limit. */
  unlimited: EmbeddedClient;
  /** To be called after the tables changed: types may have come. */
  learnTypes(): Promise<void>;
  /** Runs `work` while no statement runs, with everything in the files of the folder. What is sent meanwhile waits. */
  hold(work: () => Promise<void>): Promise<void>;
  /** Calls `wake` on each notification, and when some may have been missed. Answers how to stop that. */
  listen(channel: string, wake: () => void): Promise<() => Promise<void>>;
  /** Throws when the database has been away for more than a second, or is closed. Asks nothing of its thread. */
  check(): void;
  /** Throws {@link FolderExchanged} where the folder is not the one that was opened; then the database has ended. */
  requireFolder(): void;
  /** Resolves when the folder is free. What was asked for before is waited for, a few seconds at most. */
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  directory: string;
  /** Told why the database was ended, and why it could not be opened again. */
  onTrouble?: ((error: Error) => void) | undefined;
  /** Unless given, the limits of this program; for tests. */
  statementMilliseconds?: number;
  closeMilliseconds?: number;
  tries?: readonly number[];
  start?: (directory: string) => Promise<DatabaseThread>;
}

/** Less than what the server waits for its database when it closes. */
const CLOSE_MILLISECONDS = 5_000;

/** The directory exists and holds a database. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { directory, start = startThread, statementMilliseconds = STATEMENT_MILLISECONDS, tries } = options;
  const folder = pinFolder(directory);
  let exchanged: FolderExchanged | undefined;
  /** Ends the database without closing it, since that would write into what is there now. */
  const dropExchanged = (): void => {
    if (exchanged !== undefined || folder.isSame()) return;
    exchanged = new FolderExchanged(directory);
    keeper.abandon(exchanged);
    options.onTrouble?.(exchanged);
  };
  const requireFolder = (): void => {
    dropExchanged();
    if (exchanged !== undefined) throw exchanged;
  };
  const types = plainTypes();
  const sessions = new WeakMap<DatabaseThread, Session>();
  const sessionOn = (thread: DatabaseThread): Session => {
    const known = sessions.get(thread);
    if (known !== undefined) return known;
    const session = openSession({ thread, types, onNotification: (channel) => listeners.wake(channel) });
    sessions.set(thread, session);
    return session;
  };
  const withSession = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const { thread, release } = await keeper.take({ patient: true });
    return work(sessionOn(thread)).finally(release);
  };
  const listeners = createListeners(withSession);
  const keeper = await keepThread({
    start: async () => {
      // PGlite would fill a folder that was taken away with a database that is new and empty.
      if (!folder.isSame()) throw new FolderExchanged(directory);
      return start(directory);
    },
    prepare: async (thread) => {
      const session = sessionOn(thread);
      await session.exec(`set ${wordSimilarityThreshold.name} = ${wordSimilarityThreshold.value}`);
      await learnArrays(types, session);
      await listeners.renew(session);
    },
    onReopened: () => listeners.wakeAll(),
    onTrouble: options.onTrouble ?? (() => {}),
    ...(tries === undefined ? {} : { tries }),
  }).catch((error: unknown) => {
    folder.release();
    throw error;
  });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    dropExchanged();
    await keeper.close(options.closeMilliseconds ?? CLOSE_MILLISECONDS);
    folder.release();
  };
  return {
    client: createClient({ keeper, sessionOn, requireFolder, statementMilliseconds }),
    unlimited: createClient({ keeper, sessionOn, requireFolder, statementMilliseconds: null }),
    learnTypes: () =>
      withSession((session) => {
        session.forgetStatements();
        return learnArrays(types, session);
      }),
    hold: (work) =>
      withSession(async (session) => {
        await session.exec('checkpoint');
        await work();
      }),
    listen: listeners.listen,
    check: keeper.check,
    requireFolder,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
