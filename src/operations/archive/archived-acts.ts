/**
 * The acts of operators in an archive, beside its manifest: decisions that were made, and those that were revoked, in
 * their order among the lists. JSON, for names and reasons that hold anything.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asc, eq, sql } from 'drizzle-orm';
import * as z from 'zod';
import { decisionKinds, spellingSubjects } from '../../../schema/enums.ts';
import { decisions } from '../../../schema/tables/decisions.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database } from '../../database/database.ts';
import { bytesOf } from '../lists/incoming-file.ts';
import { Refusal } from '../operations.ts';

export const DECISIONS = 'DECISIONS.json';

const instant = z.iso.datetime();

const decisionShape = z.object({
  id: z.uuid(),
  kind: z.enum(decisionKinds),
  placeCode: z.string().nullable(),
  leftKeys: z.array(z.string()),
  rightKeys: z.array(z.string()),
  name: z.string().nullable(),
  /** Id of the list that it is about. */
  list: z.uuid().nullable(),
  publishedAt: instant.nullable(),
  backfill: z.boolean(),
  subject: z.enum(spellingSubjects).nullable(),
  printed: z.string().nullable(),
  means: z.string().nullable(),
  reviewItemId: z.uuid().nullable(),
  reason: z.string(),
  /** For people: made again, it is of another time. */
  decidedAt: instant,
});

export type ArchivedDecision = z.infer<typeof decisionShape>;

const actShape = z.object({
  /** How many lists of the manifest had come before it. */
  afterLists: z.int().nonnegative(),
  /** Made in one act; none where one was revoked. */
  made: z.array(decisionShape),
  revoked: z.object({ id: z.uuid(), reason: z.string(), at: instant }).nullable(),
});

export type ArchivedAct = z.infer<typeof actShape>;

/** In their order, but for those about other lists than these, which are in the order of their arrival. */
export async function actsAmong(
  db: Database,
  lists: readonly { id: string; ingestedAt: string }[],
): Promise<ArchivedAct[]> {
  const rows = await db
    .select({ decision: decisions, list: snapshots.id })
    .from(decisions)
    .leftJoin(snapshots, eq(snapshots.number, decisions.snapshotNumber))
    // Of a split, the parting comes first: it is the cause of what follows.
    .orderBy(asc(decisions.decidedAt), asc(sql`${decisions.kind}::text`));
  const there = new Set(lists.map(({ id }) => id));
  const acts: (ArchivedAct & { at: string })[] = [];
  const begin = (at: string, act: Pick<ArchivedAct, 'made' | 'revoked'>): void => {
    acts.push({ at, afterLists: lists.filter(({ ingestedAt }) => ingestedAt <= at).length, ...act });
  };
  for (const { decision, list } of rows) {
    if (list !== null && !there.has(list)) continue;
    const { snapshotNumber: _number, revokedAt, revokedReason, ...facts } = decision;
    const at = decision.decidedAt.toISOString();
    const made = { ...facts, list, publishedAt: decision.publishedAt?.toISOString() ?? null, decidedAt: at };
    const open = acts.find((act) => act.at === at && act.revoked === null);
    if (open === undefined) begin(at, { made: [made], revoked: null });
    else open.made.push(made);
    if (revokedAt === null) continue;
    const end = revokedAt.toISOString();
    begin(end, { made: [], revoked: { id: decision.id, reason: revokedReason ?? '', at: end } });
  }
  return acts.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ at: _at, ...act }) => act);
}

/** Those beside the manifest; none where there is no such file. Throws {@link Refusal} that names what is wrong. */
export async function readActs(manifest: string): Promise<ArchivedAct[]> {
  const path = join(dirname(manifest), DECISIONS);
  if (!existsSync(path)) return [];
  const text = new TextDecoder().decode(await bytesOf(path));
  const read = z.array(actShape).safeParse(parseJson(text));
  if (read.success) return read.data;
  throw new Refusal('BAD_ARGUMENT', `${path}: ${z.prettifyError(read.error)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
