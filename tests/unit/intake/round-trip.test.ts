/** Whatever a spreadsheet writes of a list is read back as it was printed. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readList } from '../../../src/intake/table/read-list.ts';
import { runs } from '../../support/run/long-tests.ts';
import { buildWorkbook, facts, type Linked, participatingHeader, type Value } from './workbook-builder.ts';

// XML holds no control characters, and a cell of nothing but white space may be one that nobody meant.
const text = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .map((each) => each.replace(/[\p{Control}\p{Surrogate}\uFFFE\uFFFF]/gu, ' '))
  .filter((each) => each.trim() !== '' && !/_x[0-9a-f]{4}_/i.test(each));
const day = fc
  .date({ min: new Date('1996-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
  .map((date) => new Date(date.toISOString().slice(0, 10)));
const link = fc.record({ text, link: fc.webUrl() });
const row = fc
  .tuple(text, text, fc.option(text), fc.option(text), text, fc.oneof(day, text), fc.oneof(link, text), fc.option(link))
  .map((values): (Value | Linked)[] => values);

function printed(value: Value | Linked): { text: string; link: string | null } | null {
  if (value === null) return null;
  if (value instanceof Date) return { text: value.toISOString().slice(0, 10), link: null };
  return typeof value === 'object' ? value : { text: String(value), link: null };
}

it('reads back every cell and link of random lists', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), fc.boolean(), async (rows, isShuffled) => {
      const order = participatingHeader.map((_, index) =>
        isShuffled ? participatingHeader.length - 1 - index : index,
      );
      const place = <T>(cells: readonly T[]) => order.flatMap((index) => cells.slice(index, index + 1));
      const bytes = await buildWorkbook([{ rows: [place(participatingHeader), ...rows.map(place)] }]);
      const result = await readList(bytes, facts);
      const cells = result.ok && result.list.rows.map((each) => each.cells);
      expect(cells).toEqual(
        rows.map((values) =>
          place(participatingHeader).flatMap((column, index) => {
            const cell = printed(place(values)[index] ?? null);
            return cell === null ? [] : [{ column, ...cell }];
          }),
        ),
      );
    }),
    { numRuns: runs(100, 500) },
  );
});
