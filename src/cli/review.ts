/** `accord287 review`: the questions that wait for a person, and the decisions about which names are one agency. */
import { Argument, type Command, Option } from 'commander';
import { type DecisionKind, type ReviewStatus, reviewStatuses } from '../../schema/enums.ts';
import { loadConfig } from '../config.ts';
import type { ChangeReport, Operations } from '../operations/operations.ts';
import { withOperations } from './open-operations.ts';
import { printJson, printLine } from './print.ts';
import { printChange } from './print-change.ts';
import { reasonOption } from './reason-option.ts';
import { printDecisionTable, printReviews } from './review-table.ts';
import { refuseUnknownCommand } from './unknown-command.ts';

interface ChangeOptions {
  reason: string;
  json?: boolean;
}

const verdicts = {
  same: 'SAME_AGENCY',
  different: 'DIFFERENT_AGENCIES',
  aside: 'SET_ASIDE',
} as const satisfies Record<string, DecisionKind>;

export function addReview(program: Command): void {
  const review = program
    .command('review')
    .description('questions of identity, and the decisions about which names are one agency');
  addList(review);
  addDecisions(review);
  addChange(review.command('decide'), 'say whether the two names of a question are one agency, or that a row was seen')
    .argument('<id>', 'id of the question, as "accord287 review list" prints it')
    .addArgument(
      new Argument('<verdict>', 'one agency, or two; a row that cannot be read: aside').choices(Object.keys(verdicts)),
    )
    .action((id: string, verdict: keyof typeof verdicts, options: ChangeOptions) =>
      change(options, (operations) => operations.decide(id, verdicts[verdict], options.reason), printDecisions),
    );
  addChange(review.command('revoke'), 'take a decision back')
    .argument('<decision>', 'id of the decision, as "accord287 review decisions" prints it')
    .action((id: string, options: ChangeOptions) =>
      change(options, (operations) => operations.revoke(id, options.reason)),
    );
  addChange(review.command('merge'), 'make two agencies one; the first survives')
    .argument('<survivor>', 'slug of the agency that stays, such as fl-bay-county-sheriff')
    .argument('<merged>', 'slug of the agency that becomes part of it')
    .action((survivor: string, merged: string, options: ChangeOptions) =>
      change(options, (operations) => operations.merge(survivor, merged, options.reason), printDecisions),
    );
  addChange(review.command('split'), 'give some printed names of an agency to an agency of their own')
    .argument('<slug>', 'slug of the agency, such as fl-bay-county-sheriff')
    .argument('<name...>', 'names as printed that are another agency')
    .action((slug: string, names: string[], options: ChangeOptions) =>
      change(options, (operations) => operations.split(slug, names, options.reason), printDecisions),
    );
}

function addList(review: Command): void {
  const list = review
    .command('list', { isDefault: true })
    .description('show the questions')
    .addOption(new Option('--status <status>', 'which ones').choices([...reviewStatuses, 'ALL']).default('OPEN'))
    .option('--json', 'print them as JSON')
    .action(async (options: { status: ReviewStatus | 'ALL'; json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const entries = await operations.reviews(options.status === 'ALL' ? null : options.status);
        if (options.json === true) printJson(entries);
        else if (entries.length === 0)
          printLine(options.status === 'OPEN' ? 'No question waits.' : 'There is no such question.');
        else printReviews(entries);
      });
    });
  refuseUnknownCommand(list, review);
}

function addDecisions(review: Command): void {
  review
    .command('decisions')
    .description('show the decisions that hold, with their ids')
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
}

function addChange(command: Command, description: string): Command {
  return command
    .description(description)
    .addOption(reasonOption('decision'))
    .option('--json', 'print the result as JSON');
}

async function change(
  options: ChangeOptions,
  act: (operations: Operations) => Promise<ChangeReport>,
  printMore: (report: ChangeReport) => void = () => {},
): Promise<void> {
  await withOperations(loadConfig(), 'operate', async (operations) => {
    const report = await act(operations);
    printChange(report, options);
    if (options.json !== true) printMore(report);
  });
}

function printDecisions({ decisionIds }: ChangeReport): void {
  for (const id of decisionIds) {
    printLine(`Decision ${id}: "accord287 review revoke ${id} --reason TEXT" takes it back.`);
  }
}
