/** Tables of the benches: columns under headings, without rules between the lines, so that they paste well. */
import Table from 'cli-table3';

/** Texts stand left in the first `texts` columns; figures right in the others. */
export function formatTable(head: readonly string[], lines: readonly (readonly string[])[], texts: number): string {
  const none = {
    ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
    ...{
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  };
  const table = new Table({
    head: [...head],
    chars: none,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, index) => (index < texts ? 'left' : 'right')),
  });
  table.push(...lines.map((line) => [...line]));
  return table.toString();
}
