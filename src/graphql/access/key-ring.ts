/**
 * The keys that hold, in memory: those of the settings, and those of the ledger as they were read last. It is read again
 * on a wake-up and every two seconds, so that a key that was revoked anywhere is refused here within seconds, and what
 * was opened with it ends.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Abort } from '../../abort.ts';
import type { HeldKey } from '../../operations/keys/keep-keys.ts';
import { anybody, type Viewer, type ViewersKey } from './viewer.ts';

export interface KeyRing {
  /**
   * Null for a bearer key that is nobody's: whoever sends one must learn that it does not count. Other schemes belong
   * to proxies in front of us.
   */
  readViewer(authorization: string | undefined): Viewer | null;
  /** Resolves once what was used is kept. */
  close(): Promise<void>;
}

export interface StoredKeys {
  read(): Promise<readonly HeldKey[]>;
  /** Told of each key that was used, at most once a minute. */
  noteUse(ids: readonly string[]): Promise<void>;
  /** Calls back on each wake-up; null: there is only the clock. */
  listen: ((wake: () => void) => Promise<() => Promise<void>>) | null;
  onTrouble(error: unknown): void;
  pollMilliseconds?: number;
}

interface RingKey {
  digest: Buffer;
  /** Milliseconds of the process's clock that nobody sets. */
  endsAt: number | null;
  viewer: Viewer & { key: ViewersKey };
}

const POLL_MILLISECONDS = 2_000;
const USE_MILLISECONDS = 60_000;

/** `hashes` are SHA-256 in hex of the keys of OPERATOR_KEYS. */
export function settingsRing(hashes: readonly string[]): KeyRing {
  const keys = hashes.map(keyOfSettings);
  return { readViewer: (authorization) => findViewer(authorization, keys, () => {}), close: async () => {} };
}

/** Rejects when the stored keys cannot be read at the start. */
export async function openKeyRing(hashes: readonly string[], stored: StoredKeys): Promise<KeyRing> {
  const ofSettings = hashes.map(keyOfSettings);
  let ofLedger = new Map<string, RingKey>();
  let all: readonly RingKey[] = ofSettings;
  const used = new Set<string>();
  const noted = new Map<string, number>();
  let reading: Promise<void> | null = null;
  let again = false;

  async function read(): Promise<void> {
    const found = await stored.read();
    const next = new Map<string, RingKey>();
    for (const key of found) {
      const endsAt = key.millisecondsLeft === null ? null : performance.now() + key.millisecondsLeft;
      if (isPast(endsAt)) continue;
      const known = ofLedger.get(key.id);
      if (known !== undefined && isSame(known, key)) known.endsAt = endsAt;
      next.set(key.id, known !== undefined && isSame(known, key) ? known : keyOfLedger(key, endsAt));
    }
    for (const [id, key] of ofLedger) if (next.get(id) !== key) key.viewer.key.ended.abort(noLongerHolds);
    ofLedger = next;
    all = [...ofSettings, ...next.values()];
    await note(USE_MILLISECONDS);
  }

  async function note(olderThan: number): Promise<void> {
    const now = performance.now();
    const ids = [...used].filter((id) => now - (noted.get(id) ?? Number.NEGATIVE_INFINITY) >= olderThan);
    for (const id of ids) {
      used.delete(id);
      noted.set(id, now);
    }
    await stored.noteUse(ids);
  }

  /** One reading at a time; what wakes it meanwhile is read after it. */
  function refresh(): void {
    if (reading !== null) {
      again = true;
      return;
    }
    reading = read()
      .catch(stored.onTrouble)
      .finally(() => {
        reading = null;
        if (again) {
          again = false;
          refresh();
        }
      });
  }

  await read();
  const stop = await stored.listen?.(refresh);
  const timer = setInterval(refresh, stored.pollMilliseconds ?? POLL_MILLISECONDS);
  timer.unref();
  const use = (id: string | null): void => {
    if (id !== null) used.add(id);
  };
  return {
    readViewer: (authorization) => findViewer(authorization, all, use),
    close: async () => {
      clearInterval(timer);
      await stop?.();
      again = false;
      await reading;
      await note(0);
    },
  };
}

const noLongerHolds = new Error('The key no longer holds.');

const isPast = (endsAt: number | null): boolean => endsAt !== null && endsAt <= performance.now();

function keyOfSettings(hash: string): RingKey {
  const name = `OPERATOR_KEYS ${hash.slice(0, 8)}`;
  return ringKey(hash, null, { id: null, name, role: 'ADMIN' });
}

const keyOfLedger = ({ hash, id, name, role }: HeldKey, endsAt: number | null): RingKey =>
  ringKey(hash, endsAt, { id, name, role });

function ringKey(hash: string, endsAt: number | null, key: Pick<ViewersKey, 'id' | 'name' | 'role'>): RingKey {
  const viewer = { operator: key.role === 'ADMIN', key: { ...key, countedBy: `key ${hash}`, ended: new Abort() } };
  return { digest: Buffer.from(hash, 'hex'), endsAt, viewer };
}

const isSame = ({ digest, viewer }: RingKey, key: HeldKey): boolean =>
  digest.toString('hex') === key.hash && viewer.key.role === key.role;

function findViewer(
  authorization: string | undefined,
  keys: readonly RingKey[],
  onUse: (id: string | null) => void,
): Viewer | null {
  if (authorization === undefined || !/^Bearer(?: |$)/i.test(authorization)) return anybody;
  const given = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
  if (given === undefined) return null;
  const digest = createHash('sha256').update(given).digest();
  // Every digest is compared, so that time tells nothing about which one matched.
  let found: RingKey | null = null;
  for (const key of keys) if (key.digest.length === digest.length && timingSafeEqual(key.digest, digest)) found = key;
  if (found === null || isPast(found.endsAt)) return null;
  onUse(found.viewer.key.id);
  return found.viewer;
}
