/**
 * What is known of names before any list is read: aliases (data in the repository) and the decisions of persons.
 * A person's word stands above an alias. Both hold at every time in history.
 */
import { type Alias, aliases } from './aliases.ts';

/** What persons decide of names. RENAMING: the agency of the left name is called `name`, whose form is the right one. */
export const nameDecisionKinds = ['SAME_AGENCY', 'DIFFERENT_AGENCIES', 'RENAMING'] as const;

export interface NameDecision {
  kind: (typeof nameDecisionKinds)[number];
  placeCode: string;
  /** The first gives a merged agency its identity. */
  leftKeys: readonly string[];
  rightKeys: readonly string[];
  /** RENAMING: as people read it. */
  name?: string | null;
}

export interface IdentityLinks {
  /** All names that mean the same agency as this one, itself included. */
  group(nameKey: string): readonly string[];
  /** The name that gives the agency its identity, where an alias or a person says so; else null. */
  survivor(nameKey: string): string | null;
  /** True when a person said that the agency goes by this name. */
  chosen(nameKey: string): boolean;
  /** True when a person decided that the two are different agencies. */
  apart(leftKey: string, rightKey: string): boolean;
  /** What persons call agencies, by a canonical name of each; of one agency the last holds. */
  chosenNames: ReadonlyMap<string, string>;
}

/** Which names a decision joins to which, or parts from which. */
function pairsOf({ kind, leftKeys, rightKeys }: NameDecision): [string, string][] {
  const [survivor, ...others] = leftKeys;
  if (kind === 'DIFFERENT_AGENCIES')
    return leftKeys.flatMap((left) => rightKeys.map((right): [string, string] => [left, right]));
  return survivor === undefined ? [] : [...others, ...rightKeys].map((name): [string, string] => [survivor, name]);
}

const pairKey = (left: string, right: string): string => [left, right].sort().join('\n');

/** The links of one place. Decisions are those in force, in the order in which they were made. */
export function identityLinks(
  placeCode: string,
  decisions: readonly NameDecision[],
  table: readonly Alias[] = aliases,
): IdentityLinks {
  const here = decisions.filter((decision) => decision.placeCode === placeCode);
  // Of two decisions about the same two names the later one holds.
  const latest = new Map<string, NameDecision>();
  for (const decision of here) {
    for (const [left, right] of pairsOf(decision)) latest.set(pairKey(left, right), decision);
  }
  const apart = new Set([...latest].filter(([, { kind }]) => kind === 'DIFFERENT_AGENCIES').map(([key]) => key));
  const groups = new Map<string, string[]>();
  const survivors = new Map<string, string>();
  const chosen = new Set<string>();
  const join = (left: string, right: string): void => {
    const joined = [...new Set([...(groups.get(left) ?? [left]), ...(groups.get(right) ?? [right])])];
    for (const name of joined) groups.set(name, joined);
  };
  for (const alias of table) {
    if (alias.place !== placeCode || apart.has(pairKey(alias.name, alias.means))) continue;
    join(alias.name, alias.means);
    for (const name of groups.get(alias.name) ?? []) survivors.set(name, alias.means);
  }
  const chosenNames = new Map<string, string>();
  for (const decision of here) {
    const { kind, leftKeys, rightKeys, name } = decision;
    if (kind === 'DIFFERENT_AGENCIES') continue;
    const [survivor] = leftKeys;
    for (const [left, right] of pairsOf(decision)) {
      if (apart.has(pairKey(left, right))) continue;
      join(left, right);
      if (kind === 'SAME_AGENCY') {
        chosen.add(survivor ?? left);
        for (const each of groups.get(left) ?? []) survivors.set(each, survivor ?? left);
        // What becomes part of another agency goes by that one's name.
        if (rightKeys.includes(right)) chosenNames.delete(right);
      } else {
        // Deleted first, and so the last in order.
        chosenNames.delete(left);
        chosenNames.set(left, name ?? right);
        if (!survivors.has(right)) survivors.set(right, survivors.get(left) ?? left);
      }
    }
  }
  return {
    group: (nameKey) => groups.get(nameKey) ?? [nameKey],
    survivor: (nameKey) => survivors.get(nameKey) ?? null,
    chosen: (nameKey) => chosen.has(nameKey),
    apart: (left, right) => apart.has(pairKey(left, right)),
    chosenNames,
  };
}
