/** Bars for tables in the terminal, of a length proportional to a number. */

const WIDTH = 30;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Draws 30 characters for the largest number, and a dot where the number is unknown. */
export function bar(value: number | null, largest: number): string {
  if (value === null) return '·';
  if (largest <= 0 || value <= 0) return '';
  const parts = Math.max(1, Math.round((value / largest) * WIDTH * 8));
  return '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
}

/** Draws the bars of a column of numbers to one scale. */
export function bars(values: readonly (number | null)[]): string[] {
  const largest = Math.max(0, ...values.map((value) => value ?? 0));
  return values.map((value) => bar(value, largest));
}
