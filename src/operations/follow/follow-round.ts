/**
 * One look at the source: the page, the lists that it links to, and into the ledger what is a list that is not known.
 * A round that is cut short anywhere changes nothing that the next one would not: what is in the ledger is a duplicate,
 * and an address is remembered after its list is.
 */
import type { FollowOutcome, SnapshotKind } from '../../../schema/enums.ts';
import { databaseNow } from '../../database/clock.ts';
import type { OpenDatabase } from '../../database/database.ts';
import { underLease } from '../../database/lease.ts';
import { type CheckAddress, createAddressCheck } from '../../follow/allowed-address.ts';
import { type FetchedFile, type FetchOptions, fetchFile } from '../../follow/fetch-file.ts';
import { findListLinks } from '../../follow/page-links.ts';
import { nextAfterFailure, nextBySchedule, type Schedule } from '../../follow/schedule.ts';
import { defaultLimits } from '../../intake/limits.ts';
import { createListReader, type ListReader } from '../../intake/list-reader.ts';
import { sha256 as hashOf } from '../../intake/table/row-hash.ts';
import { type InForce, spellingsInForce } from '../../ledger/apply/rows/spellings-in-force.ts';
import type { IncomingFile } from '../lists/incoming-file.ts';
import { ingestIncoming } from '../lists/ingest-incoming.ts';
import type { FollowLook, FollowReport, IngestedFile } from '../operations.ts';
import { chooseAddresses, type ListAddress } from './choose-addresses.ts';
import type { FollowSettings } from './follow-settings.ts';
import {
  type Followed,
  type Follower,
  knownContent,
  readFollowed,
  readFollower,
  storeFollowed,
  storeFollower,
} from './follow-state.ts';
import { isPosting, whatElse } from './judge-answer.ts';
import { isGood } from './outcomes.ts';

type LedgerDatabase = Pick<OpenDatabase, 'db' | 'originals'>;

export interface RoundOptions {
  /** Only when the schedule says so. */
  onlyIfDue: boolean;
  signal?: AbortSignal | undefined;
  /** Milliseconds for one answer. */
  deadline?: number;
}

const DEADLINE = 60_000;
const PAGE_BYTES = 5_000_000;

/** Throws what the database throws, and for a stop. */
export async function followRound(
  database: LedgerDatabase,
  settings: FollowSettings,
  options: RoundOptions,
): Promise<FollowReport> {
  const { db } = database;
  const notDue = async (): Promise<FollowReport | null> => {
    const state = await readFollower(db);
    if (!options.onlyIfDue || state === null) return null;
    const [due, now] = [dueAt(state, settings.schedule), await databaseNow(db)];
    // A round of the future was made before the clock was put right.
    if (due <= now || state.startedAt > now) return null;
    return { ran: 'NOT_DUE', looks: [], files: [], nextAt: due.toISOString() };
  };
  const early = await notDue();
  if (early !== null) return early;
  const report = await underLease(db, 'follow', async (lost) => {
    const signal = options.signal === undefined ? lost : AbortSignal.any([lost, options.signal]);
    // Another process may have done it between the two looks.
    return (await notDue()) ?? runRound(database, settings, { ...options, signal });
  });
  return report ?? { ran: 'ELSEWHERE', looks: [], files: [], nextAt: null };
}

/** At the latest when the schedule comes twice, since it may be another than that of the last round. */
function dueAt({ startedAt, nextAt, failures }: Follower, schedule: Schedule): Date {
  const latest = nextBySchedule(schedule, nextBySchedule(schedule, startedAt));
  return failures > 0 || nextAt < latest ? nextAt : latest;
}

async function runRound(
  database: LedgerDatabase,
  settings: FollowSettings,
  { signal, deadline = DEADLINE }: RoundOptions,
): Promise<FollowReport> {
  const { db } = database;
  const startedAt = await databaseNow(db);
  const before = await readFollower(db);
  const named = [...(settings.page === null ? [] : [settings.page]), ...settings.lists];
  const source: Source = { check: createAddressCheck(named), userAgent: settings.userAgent, deadline, signal };
  const reader = createListReader();
  try {
    const { page, links } = await lookAtPage(settings.page, source);
    const addresses = await chooseAddresses(db, settings, links, startedAt);
    const reading = { reader, by: await spellingsInForce(db), at: startedAt };
    const looks: Look[] = [];
    for (const address of addresses) looks.push(await lookAtList(address, source, reading));
    const incoming = looks.flatMap(({ answer }) => (answer === null ? [] : [answer.incoming]));
    const { files, failed } = await ingestAll(database, incoming, reader, signal);
    const settled = looks.filter(({ answer }) => answer === null || !failed.has(answer.incoming));
    for (const look of settled) await settleLook(database, look, files);
    const judged = nameStaleLinks(settled);
    const all = [...(page === null ? [] : [page]), ...judged];
    const old = await readFollowed(
      db,
      all.map(({ address }) => address),
    );
    await storeFollowed(
      db,
      all.map((look) => followedOf(look, old.get(look.address) ?? null, startedAt)),
    );
    const gone = new Set(addresses.flatMap(({ address, isGone }) => (isGone ? [address] : [])));
    const linked = judged.filter(({ address }) => !gone.has(address));
    const failures = failed.size > 0 || isFailure(page, linked) ? (before?.failures ?? 0) + 1 : 0;
    const retryAfter = Math.max(0, ...all.map((look) => look.retryAfter ?? 0)) || null;
    const now = await databaseNow(db);
    const nextAt =
      failures > 0 ? nextAfterFailure(now, { failures, retryAfter }) : nextBySchedule(settings.schedule, now);
    await storeFollower(db, { startedAt, nextAt, failures, staleHours: settings.staleHours });
    for (const error of failed.values()) throw error;
    return { ran: 'ROUND', looks: all.map(reportOf), files, nextAt: nextAt.toISOString() };
  } finally {
    await reader.close();
  }
}

/** A list that this program fails on, by a fault of its own, does not keep out those that came with it. */
async function ingestAll(
  database: LedgerDatabase,
  incoming: readonly IncomingFile[],
  reader: ListReader,
  signal: AbortSignal | undefined,
): Promise<{ files: readonly IngestedFile[]; failed: ReadonlyMap<IncomingFile, unknown> }> {
  const ingest = async (some: readonly IncomingFile[]): Promise<readonly IngestedFile[]> =>
    (await ingestIncoming(database, some, { reader }, { signal })).files;
  const files: IngestedFile[] = [];
  const failed = new Map<IncomingFile, unknown>();
  const [first, ...others] = incoming;
  if (first === undefined) return { files, failed };
  try {
    return { files: await ingest(incoming), failed };
  } catch (error) {
    signal?.throwIfAborted();
    if (others.length === 0) return { files, failed: failed.set(first, error) };
  }
  for (const one of incoming) {
    try {
      files.push(...(await ingest([one])));
    } catch (error) {
      signal?.throwIfAborted();
      failed.set(one, error);
    }
  }
  return { files, failed };
}

interface Source {
  check: CheckAddress;
  userAgent: string;
  deadline: number;
  signal?: AbortSignal | undefined;
}

/** What was found at one address. */
interface Look {
  address: string;
  kind: SnapshotKind | null;
  outcome: FollowOutcome;
  detail: string | null;
  /** Bytes that are to be ingested. */
  answer: (FetchedFile & { sha256: string; incoming: IncomingFile }) | null;
  /** Of the bytes that are there: those that came, or that are known and did not change. */
  sha256: string | null;
  content: FollowOutcome | null;
  retryAfter: number | null;
}

const nothing = { answer: null, sha256: null, content: null, retryAfter: null, detail: null };

const asPage = { accept: 'text/html,application/xhtml+xml', mostBytes: PAGE_BYTES };
const asList = {
  accept: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,*/*;q=0.5',
  mostBytes: defaultLimits.fileBytes,
};

async function lookAtPage(
  address: string | null,
  source: Source,
): Promise<{ page: Look | null; links: ReturnType<typeof findListLinks> }> {
  if (address === null) return { page: null, links: [] };
  const look = { ...nothing, address, kind: null };
  const result = await fetchFile(address, null, { ...source, ...asPage } satisfies FetchOptions);
  if (!result.ok) return { page: { ...look, ...result.failure }, links: [] };
  const links = result.file === null ? [] : findListLinks(textOf(result.file), result.file.address);
  if (links.length > 0) return { page: { ...look, outcome: 'PAGE_READ' }, links };
  return { page: { ...look, outcome: 'PAGE_WITHOUT_LINK', detail: 'The page links to no list.' }, links };
}

const textOf = ({ bytes }: FetchedFile): string => new TextDecoder().decode(bytes);

interface Reading {
  reader: ListReader;
  by: InForce;
  /** When the round began. */
  at: Date;
}

async function lookAtList(
  { address, kind, entry }: ListAddress,
  source: Source,
  { reader, by, at }: Reading,
): Promise<Look> {
  const look = { ...nothing, address, kind };
  const validators = entry?.sha256 == null ? null : { etag: entry.etag, lastModified: entry.lastModified };
  const result = await fetchFile(address, validators, { ...source, ...asList } satisfies FetchOptions);
  if (!result.ok) return { ...look, ...result.failure };
  const { file } = result;
  if (file === null) return { ...look, outcome: 'NOT_MODIFIED', sha256: entry?.sha256 ?? null };
  const sha256 = hashOf(file.bytes);
  if (sha256 === entry?.sha256 && !isPosting(file, entry)) return { ...look, outcome: 'UNCHANGED', sha256 };
  const incoming = incomingOf(file, at);
  const read = await reader.read(file.bytes, incoming.facts, by.spellings);
  const other = whatElse(read, file.bytes);
  if (other !== null) return { ...look, ...other };
  const answer = { ...file, sha256, incoming: { ...incoming, reading: { result: read, stamp: by.stamp } } };
  return { ...look, kind: read.ok ? read.list.kind : kind, outcome: 'ACCEPTED', answer, sha256 };
}

function incomingOf({ bytes, address, fileName, etag, lastModified }: FetchedFile, at: Date): IncomingFile {
  const receivedAt = at.toISOString();
  return {
    facts: { fileName, receivedAt, ...(lastModified === null ? {} : { lastModified }) },
    ...{ origin: 'FOLLOWED', backfill: false, read: async () => bytes },
    fetched: { address, at: receivedAt, lastModified, etag },
  };
}

/** The verdict on what was ingested, and what the ledger makes of bytes that it had already. */
async function settleLook({ db }: LedgerDatabase, look: Look, files: readonly IngestedFile[]): Promise<void> {
  if (look.sha256 === null) return;
  const known = await knownContent(db, look.sha256);
  look.content = known?.content ?? null;
  look.kind = known?.kind ?? look.kind;
  const file = look.answer === null ? null : files.find(({ sha256 }) => sha256 === look.sha256);
  if (file) {
    look.outcome = file.status === 'DUPLICATE' || file.status === 'WITHDRAWN' ? 'UNCHANGED' : file.status;
    look.detail = file.rejection?.message ?? file.holdReasons[0]?.message ?? null;
  }
  if (look.content === 'KEPT_OUT') {
    look.outcome = 'KEPT_OUT';
    look.detail = 'A list that an operator rejected or withdrew: the source has no newer one.';
  }
  const isNew = look.outcome === 'ACCEPTED' || look.outcome === 'HELD' || look.outcome === 'REJECTED';
  if (look.content === 'OLD_COPY' && !isNew) {
    look.outcome = 'OLD_COPY';
    look.detail = 'A list that the ledger has, older than its newest.';
  }
}

/** An old list is only a stale link where another link has the newest. */
function nameStaleLinks(looks: readonly Look[]): Look[] {
  const hasNewest = (kind: SnapshotKind | null): boolean =>
    looks.some((look) => look.kind === kind && look.content === 'ACCEPTED');
  return looks.map((look) =>
    look.outcome === 'OLD_COPY' && hasNewest(look.kind)
      ? { ...look, outcome: 'STALE_LINK', detail: 'Another link of the page has the newest list.' }
      : look,
  );
}

/** Whether the look shows the source as new as the ledger knows it. */
const isCurrent = ({ outcome, content }: Look): boolean =>
  outcome === 'PAGE_READ' || (isGood(outcome) && (content === 'ACCEPTED' || content === 'HELD'));

/** The pending list is optional: a dead link to it must not make looks at the other one rare. */
function isFailure(page: Look | null, lists: readonly Look[]): boolean {
  if (page !== null && !isGood(page.outcome)) return true;
  const main = lists.filter(({ kind }) => kind === 'PARTICIPATING');
  return !(main.length > 0 ? main : lists).some(({ outcome }) => isGood(outcome));
}

function followedOf(look: Look, before: Followed | null, checkedAt: Date): Followed {
  const { address, kind, outcome, detail, answer, content } = look;
  const validators = answer ?? before;
  return {
    ...{ address, kind, outcome, detail, checkedAt, firstAt: before?.firstAt ?? checkedAt },
    etag: validators?.etag ?? null,
    lastModified: validators?.lastModified ?? null,
    sha256: validators?.sha256 ?? null,
    content: content ?? before?.content ?? null,
    goodAt: isCurrent(look) ? checkedAt : (before?.goodAt ?? null),
  };
}

const reportOf = ({ address, kind, outcome, detail }: Look): FollowLook => ({ address, kind, outcome, detail });
