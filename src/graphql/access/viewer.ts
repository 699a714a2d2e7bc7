/** What whoever asks may see and do: anybody, or the role of a key. */
import { GraphQLError } from 'graphql';
import type { KeyRole } from '../../../schema/enums.ts';
import type { Abort } from '../../abort.ts';

export interface Viewer {
  /** Sees what is not public, and may change the ledger. */
  operator: boolean;
  /** Left out: none was sent. */
  key?: ViewersKey;
}

export interface ViewersKey {
  /** Of the stored key; null: it is one of OPERATOR_KEYS. */
  id: string | null;
  name: string;
  role: KeyRole;
  /** What its rate is counted by. */
  countedBy: string;
  /** Aborted when it no longer holds: what was opened with it ends. */
  ended: Abort;
}

export const anybody: Viewer = { operator: false };

/** Whether the key lets its owner hand in lists. */
export const mayIngest = ({ key }: Viewer): boolean => key?.role === 'INGEST' || key?.role === 'ADMIN';

/** Throws UNAUTHENTICATED without a key or for one that ended meanwhile, and FORBIDDEN for one of a lesser role. */
export function demandOperator(viewer: Viewer): void {
  demandRole(viewer, 'ADMIN');
}

/** The same for whoever may hand in lists. */
export function demandRole(viewer: Viewer, role: Exclude<KeyRole, 'READ'>): void {
  if (viewer.key?.ended.aborted === true) {
    // It held when the request began: a file takes its time to come.
    throw new GraphQLError('The key no longer holds.', { extensions: { code: 'UNAUTHENTICATED' } });
  }
  if (viewer.operator || (role === 'INGEST' && mayIngest(viewer))) return;
  const { key } = viewer;
  const wanted = role.toLowerCase();
  if (key === undefined) {
    throw new GraphQLError(
      role === 'ADMIN'
        ? 'Operators only: send Authorization: Bearer <key>.'
        : `This needs a key of the role ${wanted}: send Authorization: Bearer <key>.`,
      { extensions: { code: 'UNAUTHENTICATED' } },
    );
  }
  throw new GraphQLError(`This needs a key of the role ${wanted}; yours has the role ${key.role.toLowerCase()}.`, {
    extensions: { code: 'FORBIDDEN' },
  });
}
