/**
 * A standing: which models an agency has in force and which it has on the pending list, as the bits of one number.
 * First the models in the order of the vocabulary, then, from `PENDING_SHIFT` on, the same for the pending list.
 */
import { type Model, models } from './enums.ts';

export const PENDING_SHIFT = 7;

export const bitOf = (model: Model): number => 1 << models.indexOf(model);

/** The models of a filter, all of them when it names none. */
export const maskOf = (wanted: readonly Model[] | null | undefined): number =>
  (wanted ?? models).reduce((mask, model) => mask | bitOf(model), 0);

/** How many of the models are in force. */
export const inForce = (standing: number, mask: number): number => bitCount(standing & mask);

/** How many of the models are on the pending list and not in force. */
export const awaited = (standing: number, mask: number): number =>
  bitCount((standing >> PENDING_SHIFT) & ~standing & mask);

export function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
