/** What the thread of the embedded database and its owner send each other. */

/** Compiled once for a process; each thread makes an instance of its own. */
export type CompiledModule = object;

export interface ThreadData {
  /** The data directory, which exists; an empty one is filled by initdb. */
  directory: string;
  module: CompiledModule;
}

/** Bytes of PostgreSQL's frontend protocol, answered in order by bytes of its backend; or the wish to close. */
export type ToThread = Uint8Array | 'close';

export type FromThread = Uint8Array | 'opened' | 'closed';
