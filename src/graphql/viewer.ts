/** Who asks: anybody, or an operator with a bearer key. Only hashes of the keys are known here. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { GraphQLError } from 'graphql';

export interface Viewer {
  operator: boolean;
  /** True when a key was presented, valid or not. */
  presentedKey: boolean;
}

const anybody: Viewer = { operator: false, presentedKey: false };

/** `hashes` are SHA-256 in hex of the operators' keys. */
export function readViewer(authorization: string | null | undefined, hashes: readonly string[]): Viewer {
  if (authorization == null) return anybody;
  const key = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
  if (key === undefined) return { operator: false, presentedKey: true };
  const digest = createHash('sha256').update(key).digest();
  // Every hash is compared, so that time tells nothing about which one matched.
  let operator = false;
  for (const hash of hashes) {
    const expected = Buffer.from(hash, 'hex');
    if (expected.length === digest.length && timingSafeEqual(expected, digest)) operator = true;
  }
  return { operator, presentedKey: true };
}

/** Throws UNAUTHENTICATED without a key, FORBIDDEN with one that is not an operator's. */
export function demandOperator(viewer: Viewer): void {
  if (viewer.operator) return;
  throw viewer.presentedKey
    ? new GraphQLError('This key is not an operator’s.', { extensions: { code: 'FORBIDDEN' } })
    : new GraphQLError('Operators only: send Authorization: Bearer <key>.', {
        extensions: { code: 'UNAUTHENTICATED' },
      });
}
