/** Who listens to which channel. A wake-up carries nothing, so one too many does no harm. */
import type { Session } from './session.ts';

export interface Listeners {
  listen(channel: string, wake: () => void): Promise<() => Promise<void>>;
  wake(channel: string): void;
  /** For after a time in which nobody was told. */
  wakeAll(): void;
  /** Listens on a session that is new to all channels that somebody listens to. */
  renew(session: Session): Promise<void>;
}

/** `withSession` waits for a turn at the database. */
export function createListeners(withSession: <T>(work: (session: Session) => Promise<T>) => Promise<T>): Listeners {
  const channels = new Map<string, Set<() => void>>();
  const say = (command: 'listen' | 'unlisten', channel: string, session: Session) =>
    session.exec(`${command} "${channel.replaceAll('"', '""')}"`);

  const stop = async (channel: string, wake: () => void): Promise<void> => {
    const wakes = channels.get(channel);
    wakes?.delete(wake);
    if (wakes === undefined || wakes.size > 0) return;
    channels.delete(channel);
    // A database that is closed tells nobody anyhow.
    await withSession(async (session) => {
      if (!channels.has(channel)) await say('unlisten', channel, session);
    }).catch(() => {});
  };
  const wakeEach = (wakes: Iterable<() => void> = []): void => {
    for (const wake of wakes) queueMicrotask(wake);
  };

  return {
    listen: async (channel, wake) => {
      // Each caller is a listener of its own, even with the same function.
      const own = (): void => wake();
      const wakes = channels.get(channel) ?? new Set();
      channels.set(channel, wakes.add(own));
      try {
        await withSession((session) => say('listen', channel, session));
      } catch (error) {
        await stop(channel, own);
        throw error;
      }
      return () => stop(channel, own);
    },
    wake: (channel) => wakeEach(channels.get(channel)),
    wakeAll: () => {
      for (const wakes of channels.values()) wakeEach(wakes);
    },
    renew: async (session) => {
      for (const channel of channels.keys()) await say('listen', channel, session);
    },
  };
}
