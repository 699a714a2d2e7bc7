/** Who asks, as a transport knows them, for as long as their operation runs. */
import type { ServerResponse } from 'node:http';
import { Abort } from '../../abort.ts';
import type { Used } from '../../fair-turns.ts';
import type { Viewer } from '../access/viewer.ts';

export interface Caller {
  viewer: Viewer;
  /** What limits for an address count by. */
  address: string;
  /** Aborted when nobody waits for the answer any more: by the transport when the client is gone, or at the deadline. */
  abort: Abort;
  /** Whether the operation may run now. */
  admission: Admission;
  /** Told what is left when the operation was charged more than for asking. */
  tell?: (allowance: Allowance) => void;
}

/** What an address may still ask, in points. */
export interface Allowance {
  exceeded: boolean;
  limit: number;
  remaining: number;
  /** Whole seconds until there is all of it again. */
  reset: number;
}

export interface Admission {
  /**
   * Charges the caller for what the operation costs and waits for its turn; answers how to give its place back. Rejects
   * with a GraphQLError that says why it may not run, or with the reason of the caller's signal.
   */
  admit(caller: Caller, units: number): Promise<() => void> | (() => void);
  /** What the operations of the address have had of the database lately. */
  usedBy(address: string): Used;
}

/** Admits everything: for programs that ask themselves. */
export const admitAll: Admission = { admit: () => () => {}, usedBy: () => ({ milliseconds: 0 }) };

/** Aborted when the connection closes before the answer is written. */
export function abortWhenGone(response: ServerResponse): Abort {
  const abort = new Abort();
  response.once('close', () => {
    if (!response.writableFinished) abort.abort(clientGone);
  });
  return abort;
}

/** The reason of a signal that a transport aborts: nobody reads it. */
export const clientGone = new Error('The client is gone.');
