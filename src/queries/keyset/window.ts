/** What part of a connection is asked for: Relay's four arguments, checked, as one window. */
import { badInput } from '../refusal.ts';

/** Relay's arguments as they arrive; null means the same as left out. */
export interface PageArgs {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

export interface Window {
  /** At most this many rows. */
  size: number;
  /** True when counted from the end. */
  backward: boolean;
  after: string | null;
  before: string | null;
}

export const DEFAULT_PAGE_SIZE = 20;
export const MOST_PAGE_SIZE = 100;

/** Throws BAD_USER_INPUT for a size outside 0 to 100, and for `first` together with `last`. */
export function readWindow(args: PageArgs): Window {
  if (args.first != null && args.last != null) throw badInput('Give either first or last, not both.');
  return {
    size: readSize(args.first != null ? 'first' : 'last', args.first ?? args.last ?? DEFAULT_PAGE_SIZE),
    backward: args.last != null,
    after: args.after ?? null,
    before: args.before ?? null,
  };
}

export function readSize(name: string, size: number): number {
  if (!Number.isInteger(size) || size < 0 || size > MOST_PAGE_SIZE) {
    throw badInput(`${name} must be between 0 and ${MOST_PAGE_SIZE}, not ${size}.`);
  }
  return size;
}
