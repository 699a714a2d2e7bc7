/**
 * An agency by its slug. What is nearly always asked below it, a page of its agreements, comes in the same statement:
 * a second one would wait for the first and cost as much.
 */
import type { AgencyRow } from '../../queries/agencies.ts';
import type { Ahead, Context } from '../context.ts';
import type { Selection } from '../selection.ts';
import { type AgreementArgs, agreementNeeds, readAgencyIds } from './agreement-arguments.ts';
import { type Connection, wantedOf } from './connection.ts';

/** A page of agreements, for the one field that will ask with this selection. */
export interface BroughtAgreements {
  selection: Selection;
  connections: readonly Connection[];
}

/** `ahead` is the field `agreements` below it, where that can be read along. */
export async function findAgency(
  context: Context,
  slug: string,
  ahead: Ahead | null,
): Promise<(AgencyRow & { brought?: BroughtAgreements }) | null> {
  return (ahead && (await findWithAgreements(context, slug, ahead))) ?? context.queries.agencyBySlug(slug);
}

async function findWithAgreements(context: Context, slug: string, { args: given, selection }: Ahead) {
  // The position must be read before the rows.
  if (selection.has('position')) return null;
  // These are the arguments of Agency.agreements.
  const args = given as AgreementArgs;
  const request = { ...args, args, wanted: wantedOf(selection, agreementNeeds), filter: readAgencyIds(args.filter) };
  const found = await context.queries.agencyWithAgreements(slug, request);
  if (found === null) return null;
  return Object.assign(found.parent, { brought: { selection, connections: [{ page: found.page, position: null }] } });
}

/** What was brought along for this field; null when it has to be read. */
export function broughtAlong(
  agencies: readonly { brought?: BroughtAgreements }[],
  selection: Selection,
): readonly Connection[] | null {
  const brought = agencies[0]?.brought;
  return agencies.length === 1 && brought?.selection === selection ? brought.connections : null;
}
