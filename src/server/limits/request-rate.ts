/**
 * How much an address may ask in a minute, over HTTP and WebSockets together, so that nobody takes all there is. It is
 * counted in points: one for asking, more for what costs more.
 */
import type { ServerResponse } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Allowance } from '../../graphql/execution/caller.ts';
import type { Viewer } from '../../graphql/execution/viewer.ts';

/** Charges points, one unless more are given. Null stands for an unknown key. */
export type CountRequest = (address: string, viewer: Viewer | null, points?: number) => Promise<Allowance>;

const OPERATORS_SHARE = 10;

/** Each process counts for itself. */
export function createRequestRate(perMinute: number): CountRequest {
  const everybody = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const operators = new RateLimiterMemory({ points: perMinute * OPERATORS_SHARE, duration: 60 });
  return async (address, viewer, charged = 1) => {
    const rate = viewer?.operator === true ? operators : everybody;
    const { consumedPoints, remainingPoints, msBeforeNext } = await rate.penalty(address, charged);
    const [limit, exceeded] = [rate.points, consumedPoints > rate.points];
    return { exceeded, limit, remaining: remainingPoints, reset: Math.ceil(msBeforeNext / 1000) };
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
