/** How much an address may ask in a minute, over HTTP and WebSockets together, so that nobody takes all there is. */
import type { ServerResponse } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Viewer } from '../graphql/viewer.ts';

export interface Allowance {
  exceeded: boolean;
  limit: number;
  remaining: number;
  /** Whole seconds until there is all of it again. */
  reset: number;
}

/** Counts one operation. Null stands for a key that is nobody's. */
export type CountRequest = (address: string, viewer: Viewer | null) => Promise<Allowance>;

const OPERATORS_SHARE = 10;

/** Each process counts for itself. */
export function createRequestRate(perMinute: number): CountRequest {
  const everybody = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const operators = new RateLimiterMemory({ points: perMinute * OPERATORS_SHARE, duration: 60 });
  return async (address, viewer) => {
    const rate = viewer?.operator === true ? operators : everybody;
    const { consumedPoints, remainingPoints, msBeforeNext } = await rate.penalty(address);
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
  message: `At most ${limit} requests a minute. Try again in ${reset} s.`,
  extensions: { limit: { name: 'requests', most: limit, found: null } },
});
