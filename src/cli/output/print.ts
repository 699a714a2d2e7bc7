/** Output for people: tables and lines whose texts cannot steer the terminal. Results go to stdout, all else to stderr. */
import Table from 'cli-table3';

/**
 * A reader such as `head` that has what it wanted closes the pipe. The command goes on to its end and its exit code;
 * what it still says, nobody hears.
 */
export function endQuietlyUnread(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

export function printLine(text: string): void {
  process.stdout.write(`${harmless(text)}\n`);
}

export function printNote(text: string): void {
  process.stderr.write(`${text.split('\n').map(harmless).join('\n')}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A text, or lines of it below each other. */
export type Cell = string | readonly string[];

export function printTable(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const oneLine = rows.every((row) => row.every((cell) => typeof cell === 'string' || cell.length < 2));
  const table = new Table({
    head: [...head],
    // A line between rows only where rows are of several lines.
    chars: oneLine ? { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' } : {},
    // Colours only where somebody looks; a pipe gets plain text.
    style: process.stdout.isTTY ? {} : { head: [], border: [] },
  });
  for (const row of rows) table.push(row.map((cell) => [cell].flat().map(harmless).join('\n')));
  process.stdout.write(`${table.toString()}\n`);
}

/** Names come from files that anybody may have made; control characters in them could rewrite the screen. */
function harmless(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, '�');
}
