/** Output for people, without control characters: results go to stdout, everything else to stderr. */
import Table from 'cli-table3';
import { runnable } from '../../config.ts';

/**
 * Ignores EPIPE: a reader such as `head` closes the pipe when it has enough. The command still finishes, with its exit
 * code.
 */
export function endQuietlyUnread(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

export function printLine(text: string): void {
  process.stdout.write(`${shown(text)}\n`);
}

export function printNote(text: string): void {
  process.stderr.write(`${text.split('\n').map(shown).join('\n')}\n`);
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
    // Draws a line between rows only where cells have several lines.
    chars: oneLine ? { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' } : {},
    // Colours on a terminal only; a pipe gets plain text.
    style: process.stdout.isTTY ? {} : { head: [], border: [] },
  });
  for (const row of rows) table.push(row.map((cell) => [cell].flat().map(shown).join('\n')));
  process.stdout.write(`${table.toString()}\n`);
}

/** Names commands as they are run, and replaces control characters: names of any origin could rewrite the screen. */
function shown(text: string): string {
  return runnable(text).replace(/\p{Cc}|\p{Cf}/gu, '�');
}
