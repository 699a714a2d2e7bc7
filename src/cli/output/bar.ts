/** Bars for tables in the terminal: as long as a number is large. */

const WIDTH = 30;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Of at most 30 characters for the largest number; a dot where the number is not known. */
export function bar(value: number | null, largest: number): string {
  if (value === null) return '·';
  if (largest <= 0 || value <= 0) return '';
  const parts = Math.max(1, Math.round((value / largest) * WIDTH * 8));
  return '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
}

/** The bars of a column of numbers, to one scale. */
export function bars(values: readonly (number | null)[]): string[] {
  const largest = Math.max(0, ...values.map((value) => value ?? 0));
  return values.map((value) => bar(value, largest));
}
