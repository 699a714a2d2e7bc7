/** `accord287 decisions` and `revoke`: lists the decisions of operators, and revokes one. */
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import type { DecisionEntry } from '../../operations/operations.ts';
import { addAct, type GivenOptions, undo } from '../act.ts';
import { withOperations } from '../open-operations.ts';
import { printJson, printLine, printTable } from '../output/print.ts';

/** Adds both commands to the program, and to `review` for compatibility. */
export function addDecisions(parent: Command): void {
  parent
    .command('decisions')
    .description('show the decisions that hold, of lists, names and rows, with their ids')
    .option('--all', 'also those that were revoked')
    .option('--json', 'print them as JSON')
    .action(async (options: { all?: boolean; json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const every = await operations.decisions();
        const shown = every.filter(({ revokedAt }) => options.all === true || revokedAt === null);
        if (options.json === true) printJson(shown);
        else printDecisionTable(shown);
      });
    });
  addAct(parent, 'revoke', 'take any decision back')
    .argument('<decision>', 'id of the decision, or the beginning of it, as "accord287 decisions" prints it')
    .addHelpText('after', revokeHelp)
    .action((id: string, options: GivenOptions) =>
      undo(options, (operations, how) => operations.revoke(id, options.reason, how)),
    );
}

const revokeHelp = `
A released or rejected list is held again, a withdrawn one counts again, a re-dated one has its former time; names that
were joined are apart, names that were parted or given are what the lists make of them. What that changes today watchers
are told at once. The lists that are held after that list are judged again. The decision stays on record, with why and when it was revoked.`;

function printDecisionTable(decisions: readonly DecisionEntry[]): void {
  printTable(
    ['id', 'decision', 'about', 'decided', 'why'],
    decisions.map((decision) => {
      const { id, kind, decidedAt, reason, revokedAt, revokedReason } = decision;
      const why = revokedAt === null ? reason : `${reason} (revoked ${revokedAt}: ${revokedReason})`;
      return [id, kind, describeSubject(decision), decidedAt, why];
    }),
  );
  printLine(`${decisions.length} ${decisions.length === 1 ? 'decision' : 'decisions'}`);
}

/** What a decision is about: a list, a spelling, or names of a place. */
function describeSubject({ list, publishedAt, subject, printed, means, ...names }: DecisionEntry): string {
  if (list !== null) return publishedAt === null ? list.fileName : `${list.fileName}: published ${publishedAt}`;
  if (subject !== null) return `${subject.toLowerCase()} "${printed}" means ${means}`;
  const { placeCode, leftKeys, rightKeys, name } = names;
  const sides = name === null ? [leftKeys.join(', '), rightKeys.join(', ')] : [leftKeys.join(', '), `"${name}"`];
  return `${placeCode ?? '?'}: ${sides.filter((side) => side !== '').join(' | ')}`;
}
