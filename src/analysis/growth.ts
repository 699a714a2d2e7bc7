/** By how much a number grew. Pure. */

export interface GrowthFigure {
  from: number;
  to: number;
  change: number;
  /** Of `from`, to two decimals; null from zero. */
  percent: number | null;
}

export function growthFigure(from: number, to: number): GrowthFigure {
  return { from, to, change: to - from, percent: percentOf(from, to) };
}

export const percentOf = (from: number, to: number): number | null =>
  from === 0 ? null : roundTo(((to - from) / from) * 100, 0.01);

/** The nearest multiple of a step, such as 950 for 947.4 in tens. */
export function roundTo(value: number, step: number): number {
  // Divides by whole numbers where possible, to avoid rounding errors with steps such as 0.01.
  return step < 1 ? Math.round(value * Math.round(1 / step)) / Math.round(1 / step) : Math.round(value / step) * step;
}
