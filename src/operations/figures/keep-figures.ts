/** Figures that an operator keeps: checked, stored as data, taken back. They change answers, so they raise the revision. */
import { eq } from 'drizzle-orm';
import * as z from 'zod';
import { models } from '../../../schema/enums.ts';
import { placeByCode } from '../../../schema/places.ts';
import { publishedFigures } from '../../../schema/tables/figures.ts';
import { type Figure, figureUnits } from '../../analysis/figure.ts';
import type { Database } from '../../database/database.ts';
import { insertRecords } from '../../database/records.ts';
import { inTransaction } from '../../database/transaction.ts';
import { commitRevision, lockLedger } from '../../feed/log/event-log.ts';
import { Refusal } from '../operations.ts';
import type { FigureChange } from './analysis.ts';

const day = z.iso.date();

/** A figure as an operator writes it; what is left out has the value that most figures have. */
const figureInput = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{1,80}$/, 'lower-case letters, digits and hyphens'),
    publisher: z.string().min(1).max(200),
    publishedOn: day.nullable().default(null),
    source: z.string().min(1).max(1000),
    claim: z.string().min(1).max(1000),
    value: z.number(),
    unit: z.enum(figureUnits),
    place: z
      .string()
      .refine((code) => placeByCode.has(code), 'a code of the US Postal Service in capitals')
      .nullable()
      .default(null),
    models: z.array(z.enum(models)).min(1).nullable().default(null),
    on: day.nullable().default(null),
    since: day.nullable().default(null),
    roundedTo: z.number().positive().default(1),
    atLeast: z.boolean().default(false),
  })
  .refine(
    ({ unit, since }) => (unit === 'PERCENT') === (since !== null),
    'since belongs to PERCENT, and PERCENT to since',
  )
  .refine(({ on, since }) => since === null || (on !== null && since <= on), 'since must not be after on');

/** More than the API answers would be kept for nobody. */
const MOST_KEPT = 200;

/** Throws {@link Refusal} that names the figure and the field. */
export async function keepFigures(db: Database, given: readonly unknown[]): Promise<FigureChange> {
  const figures = given.map(read);
  return inTransaction(db, async (tx) => {
    const locked = await lockLedger(tx);
    const addedAt = new Date(locked.now);
    const rows = figures.map((figure) => ({ id: figure.id, figure: { ...figure }, addedAt }));
    await insertRecords(tx, publishedFigures, rows, { do: 'update', key: ['id'], set: ['figure', 'addedAt'] });
    const kept = await tx.$count(publishedFigures);
    if (kept > MOST_KEPT)
      throw new Refusal('BAD_ARGUMENT', `At most ${MOST_KEPT} figures are kept, these make ${kept}.`);
    return { revision: String(await commitRevision(tx, locked)), figures: rows.length };
  });
}

function read(given: unknown, index: number): Figure {
  const { success, data, error } = figureInput.safeParse(given);
  if (success) return data;
  const id = typeof given === 'object' && given !== null && 'id' in given ? ` (${String(given.id)})` : '';
  throw new Refusal('BAD_ARGUMENT', `Figure ${index + 1}${id} is not usable:\n${z.prettifyError(error)}`);
}

export async function removeFigure(db: Database, id: string): Promise<FigureChange> {
  return inTransaction(db, async (tx) => {
    const locked = await lockLedger(tx);
    const gone = await tx.delete(publishedFigures).where(eq(publishedFigures.id, id)).returning();
    if (gone.length === 0) throw new Refusal('NOT_FOUND', `No figure "${id}" was added. Those of the program stay.`);
    return { revision: String(await commitRevision(tx, locked)), figures: gone.length };
  });
}
