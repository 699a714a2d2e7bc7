/**
 * Ids of nodes: opaque to clients, made of the type's prefix and the row's own id, so that they cost nothing. And ids by
 * which caches keep answers that are no nodes: the same for the same question.
 */
import { createHash } from 'node:crypto';

const keyForms = {
  state: /^[A-Z]{2}$/,
  county: /^\d{5}$/,
  agency: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  agreement: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  snapshot: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  event: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  review: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  audit: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
} as const;

export type NodeKind = keyof typeof keyForms;

export function encodeId(kind: NodeKind, key: string): string {
  return `${kind}_${key}`;
}

/** Null for anything that is not an id of ours: for a client that is the same as not found. */
export function decodeId(id: string): { kind: NodeKind; key: string } | null {
  const cut = id.indexOf('_');
  const kind = id.slice(0, cut);
  const key = id.slice(cut + 1);
  return isNodeKind(kind) && keyForms[kind].test(key) ? { kind, key } : null;
}

/** The id of counts: of what was asked, with the values of its filter in any order. */
export function countsId(name: string, asked: string, filter: object): string {
  const conditions = Object.entries(filter)
    .filter(([, value]) => value != null)
    .map(([field, value]): [string, unknown] => [field, Array.isArray(value) ? normal(field, value) : value])
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const question = JSON.stringify([asked, conditions]);
  return `${name}_${createHash('sha256').update(question).digest('base64url').slice(0, 22)}`;
}

function normal(field: string, values: readonly string[]): string[] {
  return [...new Set(field === 'states' ? values.map((code) => code.toUpperCase()) : values)].sort();
}

function isNodeKind(kind: string): kind is NodeKind {
  return Object.hasOwn(keyForms, kind);
}
