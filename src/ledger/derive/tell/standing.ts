/** What stands: the part of agreements and agencies that events carry, so that a watcher can keep it by them. Pure. */
import type { EventChange, EventStanding } from '../../../../schema/tables/events.ts';
import type { PlaceRecords } from '../settle/place-records.ts';

/** The part of the records that standings are made of. */
export type Standings = Pick<PlaceRecords, 'agencies' | 'agreements'>;

/** Of an agreement that is one of its own; null where it is none. */
export function standingOf({ agencies, agreements }: Standings, agreementId: string): EventStanding | null {
  const agreement = agreements.get(agreementId);
  const agency = agreement && agencies.get(agreement.agencyId);
  if (!agreement || !agency) return null;
  return {
    ...{ agreementId, gone: false, status: agreement.status, signedOn: agreement.signedOn ?? null },
    ...{ endedOn: agreement.endedOn ?? null, memorandumUrl: agreement.memorandumUrl ?? null },
    ...{ agencyId: agency.id, agencyName: agency.name, placeCode: agency.placeCode },
  };
}

/** Of an agency that is one of its own; null where it is none. */
export function agencyStandingOf({ agencies }: Standings, agencyId: string): EventStanding | null {
  const agency = agencies.get(agencyId);
  if (!agency) return null;
  return {
    ...{ agreementId: null, gone: false, status: null, signedOn: null, endedOn: null, memorandumUrl: null },
    ...{ agencyId, agencyName: agency.name, placeCode: agency.placeCode },
  };
}

const fields = ['status', 'signedOn', 'endedOn', 'memorandumUrl', 'agencyId'] as const;

/** Ids of the agreements that stand otherwise; a new name of their agency aside, which is the agency's. */
export function changedAgreements(before: Standings, after: Standings): string[] {
  const ids = new Set([...before.agreements.keys(), ...after.agreements.keys()]);
  return [...ids].filter((id) => {
    const [was, is] = [standingOf(before, id), standingOf(after, id)];
    if (was === null || is === null) return was !== is;
    return fields.some((field) => was[field] !== is[field]);
  });
}

/** Ids of the agencies that go by another name. */
export function renamedAgencies(before: Standings, after: Standings): string[] {
  return [...after.agencies.values()]
    .filter(({ id, name }) => (before.agencies.get(id)?.name ?? name) !== name)
    .map(({ id }) => id);
}

/** The rule of a change that no list caused by itself. */
export const DERIVED_AGAIN = 'DERIVED_AGAIN';
/** The rule of a move: later lists show that STATE was wrong. */
const STATE_CORRECTED = 'STATE_CORRECTED';

/** Rules whose changes `derive` does not yield. */
export const rulesOfNoList: ReadonlySet<string> = new Set([DERIVED_AGAIN, STATE_CORRECTED]);

/** What differs between two standings, for people. */
export function changesBetween(was: EventStanding | null, is: EventStanding | null): EventChange[] {
  const change = (field: string, before: string | null, after: string | null): EventChange[] =>
    before === after ? [] : [{ field, before, after, rule: DERIVED_AGAIN }];
  const changes = [
    ...change('status', was?.status ?? null, is?.status ?? null),
    ...change('signedOn', was?.signedOn ?? null, is?.signedOn ?? null),
    ...change('endedOn', was?.endedOn ?? null, is?.endedOn ?? null),
    ...change('memorandum', was?.memorandumUrl ?? null, is?.memorandumUrl ?? null),
  ];
  if (was === null || is === null || was.agencyId === is.agencyId) return changes;
  if (was.placeCode !== is.placeCode) {
    changes.push({ field: 'state', before: was.placeCode, after: is.placeCode, rule: STATE_CORRECTED });
    if (was.agencyName === is.agencyName) return changes;
  }
  return [...changes, { field: 'agency', before: was.agencyName, after: is.agencyName, rule: DERIVED_AGAIN }];
}
