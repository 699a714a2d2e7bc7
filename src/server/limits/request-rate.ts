/**
 * How much an address may ask in a minute, over HTTP and WebSockets together, so that nobody takes all there is. It is
 * counted in points: one for asking, more for what costs more.
 */
import type { ServerResponse } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Viewer } from '../../graphql/access/viewer.ts';
import type { Allowance } from '../../graphql/execution/caller.ts';

/** Charges points, one unless more are given. Null stands for an unknown key. */
export type CountRequest = (address: string, viewer: Viewer | null, points?: number) => Promise<Allowance>;

/** Whoever has a key asks so many times as much, counted for the key, wherever it is sent from. */
const KEYS_SHARE = 10;
const SECONDS = 60;

/** Each process counts for itself. */
export function createRequestRate(perMinute: number): CountRequest {
  const everybody = new RateLimiterMemory({ points: perMinute, duration: SECONDS });
  const keys = new RateLimiterMemory({ points: perMinute * KEYS_SHARE, duration: SECONDS });
  return async (address, viewer, charged = 1) => {
    const key = viewer?.key;
    const rate = key === undefined ? everybody : keys;
    const { consumedPoints, remainingPoints, msBeforeNext } = await rate.penalty(key?.countedBy ?? address, charged);
    const [limit, exceeded] = [rate.points, consumedPoints > rate.points];
    // A count ends by a timer after its minute, but what is left of it is told by a clock that may have been set back.
    const reset = Math.min(SECONDS, Math.ceil(msBeforeNext / 1000));
    return { exceeded, limit, remaining: remainingPoints, reset };
  };
}

/** In the header fields of the IETF's drafts before the eighth, which clients know best. */
export function tellAllowance(response: ServerResponse, { limit, remaining, reset }: Allowance): void {
  response.setHeader('ratelimit-limit', limit);
  response.setHeader('ratelimit-remaining', remaining);
  response.setHeader('ratelimit-reset', reset);
}

/** What is said to who asked more. */
export const describeExceeded = ({ limit, reset }: Allowance) => ({
  message: `At most ${limit} points a minute. Try again in ${reset} s.`,
  extensions: { limit: { name: 'points', most: limit, found: null } },
});
