/** `accord287 diff`: what a list changes, or would change, agreement by agreement. */
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import type { ListDiff } from '../../operations/operations.ts';
import { withOperations } from '../open-operations.ts';
import { printJson, printLine } from '../output/print.ts';
import { printPlan } from '../output/print-plan.ts';

export function addDiff(program: Command): void {
  program
    .command('diff')
    .description('what a list changes today, or would change if it took effect, agreement by agreement')
    .argument('<list>', 'id of the list, or the beginning of it, as "accord287 lists" prints it')
    .option('--json', 'print all of it as JSON')
    .action(async (id: string, { json }: { json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const diff = await operations.diff(id);
        if (json === true) return printJson(diff);
        printLine(describeDiff(diff));
        printPlan(diff.plan);
      });
    });
}

const describeDiff = ({ fileName, status, publishedAt }: ListDiff): string =>
  status === 'ACCEPTED'
    ? `${fileName}, published ${publishedAt}, ${status}. What stands otherwise by it than without it:`
    : `${fileName}, published ${publishedAt}, ${status}. What would stand otherwise if it took effect:`;
