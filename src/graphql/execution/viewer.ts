/** Who asks: anybody, or an operator with a bearer key. Only hashes of the keys are known here. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { GraphQLError } from 'graphql';

export interface Viewer {
  operator: boolean;
}

const anybody: Viewer = { operator: false };
const operator: Viewer = { operator: true };

/**
 * Null for a bearer key that is nobody's: whoever sends one must learn that it does not count. Other schemes belong
 * to proxies in front of us. `hashes` are SHA-256 in hex of the operators' keys.
 */
export function readViewer(authorization: string | undefined, hashes: readonly string[]): Viewer | null {
  if (authorization === undefined || !/^Bearer(?: |$)/i.test(authorization)) return anybody;
  const key = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
  if (key === undefined) return null;
  const digest = createHash('sha256').update(key).digest();
  // Every hash is compared, so that time tells nothing about which one matched.
  let isKnown = false;
  for (const hash of hashes) {
    const expected = Buffer.from(hash, 'hex');
    if (expected.length === digest.length && timingSafeEqual(expected, digest)) isKnown = true;
  }
  return isKnown ? operator : null;
}

/** Throws UNAUTHENTICATED for anybody. */
export function demandOperator(viewer: Viewer): void {
  if (viewer.operator) return;
  throw new GraphQLError('Operators only: send Authorization: Bearer <key>.', {
    extensions: { code: 'UNAUTHENTICATED' },
  });
}
