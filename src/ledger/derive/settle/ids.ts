/** Names that never change: every id of the ledger is a uuid v5 of what it stands for. */
import { v5 } from 'uuid';
import type { EventKind, Model, SnapshotKind } from '../../../../schema/enums.ts';

const NAMESPACE = 'b7c4f3de-2f0e-5f41-9a3b-287287287287';

const id = (...parts: readonly (string | number)[]): string => v5(parts.join('\n'), NAMESPACE);

export const agencyId = (placeCode: string, key: string): string => id('agency', placeCode, key);

export const agreementId = (agency: string, model: Model, ordinal: number): string =>
  id('agreement', agency, model, ordinal);

/** A list: its kind, its publication and its table. */
export const snapshotId = (kind: SnapshotKind, publishedAt: string, tableHash: string): string =>
  id('snapshot', kind, publishedAt, tableHash);

/** A file that could not be read: its publication and its bytes. */
export const rejectedId = (publishedAt: string, sha256: string): string => id('rejected', publishedAt, sha256);

export const eventId = (cause: string, subject: string, kind: EventKind, ordinal: number): string =>
  id('event', cause, subject, kind, ordinal);

export const reviewItemId = (placeCode: string, leftKey: string, rightKey: string): string =>
  id('review', placeCode, leftKey, rightKey);
