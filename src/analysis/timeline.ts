/** A timeline from changes: counts carried from interval to interval, and never a zero for what is unknown. Pure. */
import type { TimelineBasis } from '../../schema/enums.ts';
import { bitCount } from '../../schema/standing.ts';
import { addDays, type Interval, nextInterval, startOfInterval } from './calendar.ts';

/** So many agencies that passed from some models to others within one interval. */
export interface Passage {
  /** First day of the interval, or any day before the first one asked for. */
  bucket: string;
  /** On the first list of all: what it shows may be older. */
  onFirstList: boolean;
  /** Models in force, as bits, under the filter. */
  before: number;
  after: number;
  agencies: number;
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
  for (let at = start; at <= request.to; at = nextInterval(at, interval)) {
    const own = sums.get(at) ?? nothing;
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
    });
  }
  return points;
}

interface Sum {
  agreements: number;
  agencies: number;
  added: number;
  ended: number;
}

const nothing: Sum = { agreements: 0, agencies: 0, added: 0, ended: 0 };

/** By first day of the interval; everything before the first one under an empty text. */
function sumUp(passages: readonly Passage[], start: string): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { bucket, onFirstList, before, after, agencies } of passages) {
    const key = bucket < start ? '' : bucket;
    const sum = sums.get(key) ?? { ...nothing };
    sums.set(key, sum);
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
