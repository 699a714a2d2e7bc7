/** A timeline from changes: counts carried from interval to interval, and never a zero for what is unknown. Pure. */
import { type AgencyType, agencyTypes, type Model, models, type TimelineBasis } from '../../schema/enums.ts';
import { bitCount, bitOf } from '../../schema/standing.ts';
import { addDays, type Interval, nextInterval, startOfInterval } from './calendar.ts';
import type { Counted } from './tally.ts';

/** How many agencies changed from some models to others within one interval. */
export interface Passage {
  /** First day of the interval, or any day before the first one asked for. */
  bucket: string;
  /** On the first list of all: what it shows may be older. */
  onFirstList: boolean;
  /** Models in force, as bits, under the filter. */
  before: number;
  after: number;
  agencies: number;
  /** Undefined where types were not asked for. */
  agencyType?: AgencyType | null;
}

export interface TimelinePoint {
  start: string;
  /** Of participating agencies, published within the interval. */
  lists: number;
  agreements: number | null;
  agencies: number | null;
  added: number | null;
  ended: number | null;
  /** Agreements that no point counts, since nobody can have signed them on the day that is printed. */
  leftOut: number;
  warning: string | null;
  /** Null where nothing is known; types are empty unless they were asked for. */
  byModel: (Counted & { model: Model })[] | null;
  byAgencyType: (Counted & { type: AgencyType | null })[] | null;
}

export interface TimelineRequest {
  from: string;
  to: string;
  interval: Interval;
  basis: TimelineBasis;
  /** Days on which lists were published, ascending, with how many. */
  published: readonly { day: string; lists: number }[];
  leftOut: number;
}

/** One point for each interval from that of `from` to that of `to`. */
export function layTimeline(request: TimelineRequest, passages: readonly Passage[]): TimelinePoint[] {
  const { interval, basis, published, leftOut } = request;
  const [first, last] = [published[0]?.day, published.at(-1)?.day];
  const start = startOfInterval(request.from, interval);
  const sums = sumUp(passages, start);
  const lists = countLists(published, interval);
  const points: TimelinePoint[] = [];
  let { agreements, agencies } = sums.get('') ?? nothing;
  const parts = startParts(passages, start);
  for (let at = start; at <= request.to; at = nextInterval(at, interval)) {
    const own = sums.get(at) ?? nothing;
    for (const passage of own.passages) addTo(parts, passage);
    agreements += own.agreements;
    agencies += own.agencies;
    const seen = lists.get(at) ?? 0;
    const isKnown = basis === 'SIGNED' || (first !== undefined && first < nextInterval(at, interval));
    const addedKnown = basis === 'SIGNED' ? last !== undefined && at <= last : seen > 0;
    points.push({
      start: at,
      lists: seen,
      agreements: isKnown ? agreements : null,
      agencies: isKnown ? agencies : null,
      added: addedKnown ? own.added : null,
      ended: seen > 0 ? own.ended : null,
      leftOut,
      warning: basis === 'SIGNED' ? survivorsOnly(at, first) : null,
      ...(isKnown ? copyParts(parts) : { byModel: null, byAgencyType: null }),
    });
  }
  return points;
}

interface Parts {
  byModel: (Counted & { model: Model })[];
  byType: Map<AgencyType | null, Counted>;
}

/** What stood before the first interval. */
function startParts(passages: readonly Passage[], start: string): Parts {
  const parts: Parts = {
    byModel: models.map((model) => ({ model, agreements: 0, agencies: 0 })),
    byType: new Map(),
  };
  for (const passage of passages) if (passage.bucket < start) addTo(parts, passage);
  return parts;
}

function addTo({ byModel, byType }: Parts, { before, after, agencies, agencyType }: Passage): void {
  for (const counted of byModel) {
    const bit = bitOf(counted.model);
    const change = agencies * (Math.sign(after & bit) - Math.sign(before & bit));
    counted.agreements += change;
    counted.agencies += change;
  }
  if (agencyType === undefined) return;
  const counted = byType.get(agencyType) ?? { agreements: 0, agencies: 0 };
  byType.set(agencyType, counted);
  counted.agreements += agencies * (bitCount(after) - bitCount(before));
  counted.agencies += agencies * (Math.sign(after) - Math.sign(before));
}

/** Types in the order of the enum, the unknown one last; those without any are left out. */
const copyParts = ({ byModel, byType }: Parts): Pick<TimelinePoint, 'byModel' | 'byAgencyType'> => ({
  byModel: byModel.map((counted) => ({ ...counted })),
  byAgencyType: [...agencyTypes, null].flatMap((type) => {
    const counted = byType.get(type);
    return counted === undefined || counted.agreements === 0 ? [] : [{ type, ...counted }];
  }),
});

interface Sum {
  agreements: number;
  agencies: number;
  added: number;
  ended: number;
  /** Of the interval itself. */
  passages: Passage[];
}

const nothing: Sum = { agreements: 0, agencies: 0, added: 0, ended: 0, passages: [] };

/** By first day of the interval; everything before the first one under an empty text. */
function sumUp(passages: readonly Passage[], start: string): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const passage of passages) {
    const { bucket, onFirstList, before, after, agencies } = passage;
    const key = bucket < start ? '' : bucket;
    const sum = sums.get(key) ?? { ...nothing, passages: [] };
    sums.set(key, sum);
    if (key !== '') sum.passages.push(passage);
    sum.agreements += agencies * (bitCount(after) - bitCount(before));
    sum.agencies += agencies * (Math.sign(after) - Math.sign(before));
    if (!onFirstList) sum.added += agencies * bitCount(after & ~before);
    sum.ended += agencies * bitCount(before & ~after);
  }
  return sums;
}

function countLists(published: TimelineRequest['published'], interval: Interval): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { day, lists } of published) {
    const start = startOfInterval(day, interval);
    counts.set(start, (counts.get(start) ?? 0) + lists);
  }
  return counts;
}

function survivorsOnly(start: string, first: string | undefined): string | null {
  if (first === undefined || start > first) return null;
  return `By SIGNED, before the first known list (${first}) only agreements that were still listed then are known: those that had ended are missing, so this is not how many were in force. Until ${addDays(first, -1)} nothing here ends.`;
}
