/** New agreements never take an id that another has: which other agreements there are only the database knows. */
import type { Transaction } from '../../../database/database.ts';
import type { PlaceRecords } from '../../derive/settle/place-records.ts';
import type { StoredAgreement } from '../../derive/settle/settle-agreements.ts';
import { storedAgreements } from './load-places.ts';

/**
 * Settles, and settles again as long as an agreement got the id of a stored one that is neither `known` nor among those
 * `elsewhere` that were found so far. The ids that are tried after a taken one may be taken as well.
 */
export async function settleWithFreeIds<Settled extends { after: PlaceRecords }>(
  tx: Transaction,
  known: readonly StoredAgreement[],
  settle: (elsewhere: readonly StoredAgreement[]) => Settled,
): Promise<Settled> {
  const elsewhere: StoredAgreement[] = [];
  const asked = new Set(known.map(({ id }) => id));
  for (;;) {
    const settled = settle(elsewhere);
    const ids = [...settled.after.agreements.keys()].filter((id) => !asked.has(id));
    const found = ids.length === 0 ? [] : await storedAgreements(tx, { ids });
    if (found.length === 0) return settled;
    for (const id of ids) asked.add(id);
    elsewhere.push(...found);
  }
}
