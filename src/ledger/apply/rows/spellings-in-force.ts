/** The spellings that operators added and nobody took back, by which rows are read. */
import { and, asc, eq, isNull } from 'drizzle-orm';
import { decisions } from '../../../../schema/tables/decisions.ts';
import type { Database } from '../../../database/database.ts';
import { type Spelling, type Spellings, spellingsOf } from '../../../intake/vocabulary/spellings.ts';
import type { Decision } from '../decisions.ts';

/** One that holds, by its decision. */
export interface SpellingInForce {
  id: string;
  spelling: Spelling;
  reason: string;
  decidedAt: Date;
}

export interface InForce {
  spellings: Spellings;
  each: readonly SpellingInForce[];
  /** Equal for equal spellings: what was read by others is to be read again. */
  stamp: string;
}

/** In the order in which they were added. */
export async function spellingsInForce(db: Database): Promise<InForce> {
  const rows = await db
    .select()
    .from(decisions)
    .where(and(eq(decisions.kind, 'SPELLING'), isNull(decisions.revokedAt)))
    .orderBy(asc(decisions.decidedAt), asc(decisions.id));
  const each = rows.flatMap((decision) => {
    const spelling = spellingOf(decision);
    return spelling === null ? [] : [{ ...decision, spelling }];
  });
  return {
    spellings: spellingsOf(each.map(({ spelling }) => spelling)),
    ...{ each, stamp: each.map(({ id }) => id).join(' ') },
  };
}

/** Null: the decision is about something else. */
export const spellingOf = ({ subject, printed, means }: Decision): Spelling | null =>
  subject === null || printed === null || means === null ? null : { subject, printed, means };
