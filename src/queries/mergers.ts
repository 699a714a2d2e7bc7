/** Ids are for ever: the id of something merged into another answers with the survivor. */

/** A row with what decides whether it answers for itself. */
export type Stored<Row> = Row & { id: string; mergedInto: string | null; derived: boolean };

/**
 * For each id, in order, the row that answers for it, or null. `read` is called once, and once more for each further
 * link of a chain of mergers.
 */
export async function followMergers<Row>(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<Stored<Row>[]>,
): Promise<(Row | null)[]> {
  const known = new Map<string, Stored<Row>>();
  let missing = [...new Set(ids)];
  while (missing.length > 0) {
    const rows = await read(missing);
    for (const row of rows) known.set(row.id, row);
    missing = rows.flatMap((row) => (row.mergedInto !== null && !known.has(row.mergedInto) ? [row.mergedInto] : []));
  }
  return ids.map((id) => {
    let row = known.get(id);
    while (row !== undefined && row.mergedInto !== null) row = known.get(row.mergedInto);
    return row?.derived === true ? row : null;
  });
}
