/** What a run of a fault measures, and what makes runs one list. */

export interface Figure {
  /** Of the row of `rows.ts` that it is about. */
  row: string;
  what: string;
  measured: string;
  /** What `measured` must be. */
  pass: string;
  holds: boolean;
}

export interface FaultRun {
  /** Rows that it measures. */
  rows: readonly string[];
  /**
   * `seconds` is how long what lasts may last; `wanted` are the rows that were asked for. Figures are given one by one,
   * so that those before a run breaks off are kept.
   */
  run(seconds: number, wanted: (row: string) => boolean): AsyncIterable<Figure>;
}

/** A figure that must not be over a limit. */
export function atMost(row: string, what: string, found: number, most: number, unit = ''): Figure {
  return { row, what, measured: tell(found, unit), pass: `at most ${tell(most, unit)}`, holds: found <= most };
}

/** A count that must be whole. */
export function allOf(row: string, what: string, found: number, all: number): Figure {
  return { row, what, measured: `${found} of ${all}`, pass: `${all}`, holds: found === all };
}

/** A count of what must not be. */
export function none(row: string, what: string, found: number): Figure {
  return { row, what, measured: String(found), pass: '0', holds: found === 0 };
}

const tell = (figure: number, unit: string): string =>
  `${Math.abs(figure) < 10 && !Number.isInteger(figure) ? figure.toFixed(1) : figure.toFixed(0)}${unit && ` ${unit}`}`;

export const quantile = (figures: readonly number[], share: number): number => {
  const sorted = figures.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

export const most = (figures: readonly number[]): number => quantile(figures, 1);

const MEGABYTE = 1_000_000;
export const megabytes = (bytes: number): number => bytes / MEGABYTE;
