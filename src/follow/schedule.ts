/** When to look again: by the schedule while all is well, sooner at first and ever later while it is not. */
import { Cron } from 'croner';

/** Cron patterns in New York time, separated by semicolons; the next is the earliest of them. */
export type Schedule = string;

const ZONE = 'America/New_York';
const FIRST_MINUTES = 2;
const MOST_MINUTES = 60;

/** Throws for what is no pattern. */
export function nextBySchedule(schedule: Schedule, after: Date): Date {
  const times = patternsOf(schedule).map((pattern) =>
    new Cron(pattern, { timezone: ZONE, paused: true }).nextRun(after),
  );
  const next = times.filter((time) => time !== null).sort((a, b) => a.getTime() - b.getTime())[0];
  if (next === undefined) throw new RangeError('the schedule has no next time');
  return next;
}

export function isSchedule(text: string): boolean {
  try {
    nextBySchedule(text, new Date());
    return true;
  } catch {
    return false;
  }
}

const patternsOf = (schedule: Schedule): string[] => schedule.split(';').map((pattern) => pattern.trim());

export interface Trouble {
  /** Rounds in a row that failed. */
  failures: number;
  /** Seconds that a server asked us to wait. */
  retryAfter: number | null;
}

/** After so many failed rounds; `random` from 0 to 1 spreads instances and years over the server's minutes. */
export function nextAfterFailure(after: Date, { failures, retryAfter }: Trouble, random = Math.random()): Date {
  const minutes = Math.min(MOST_MINUTES, FIRST_MINUTES * 2 ** (failures - 1)) * (0.5 + random);
  return new Date(after.getTime() + Math.max(minutes * 60, retryAfter ?? 0) * 1_000);
}
