/** `accord287 review`: the questions that wait for a person, and the decisions about which names are one agency. */
import { Argument, type Command, Option } from 'commander';
import { type ReviewStatus, type ReviewVerdict, reviewStatuses } from '../../../schema/enums.ts';
import { loadConfig } from '../../config.ts';
import { act, addAct, type GivenOptions } from '../act.ts';
import { withOperations } from '../open-operations.ts';
import { printJson, printLine } from '../output/print.ts';
import { printReviews } from '../output/review-table.ts';
import { refuseUnknownCommand } from '../unknown-command.ts';
import { addDecisions } from './decisions.ts';

const verdicts = {
  same: 'SAME_AGENCY',
  different: 'DIFFERENT_AGENCIES',
  aside: 'SET_ASIDE',
} as const satisfies Record<string, ReviewVerdict>;

export function addReview(program: Command): void {
  const review = program
    .command('review')
    .description('questions of identity, and the decisions about which names are one agency');
  addList(review);
  addDecisions(review);
  addAct(review, 'decide', 'say whether the two names of a question are one agency, or that a row was seen')
    .argument('<id>', 'id of the question, or the beginning of it, as "accord287 review list" prints it')
    .addArgument(
      new Argument('<verdict>', 'one agency, or two; a row that cannot be read: aside').choices(Object.keys(verdicts)),
    )
    .action((id: string, verdict: keyof typeof verdicts, options: GivenOptions) =>
      act(options, (operations, more) => operations.decide(id, verdicts[verdict], options.reason, more)),
    );
  addAct(review, 'merge', 'make two agencies one; the first survives')
    .argument(
      '<survivor>',
      'slug of the agency that stays, such as fl-bay-county-sheriff, or its name where no other has it',
    )
    .argument('<merged>', 'slug or name of the agency that becomes part of it')
    .action((survivor: string, merged: string, options: GivenOptions) =>
      act(options, (operations, more) => operations.merge(survivor, merged, options.reason, more)),
    );
  addAct(review, 'split', 'give some printed names of an agency to an agency of their own')
    .argument('<slug>', 'slug of the agency, such as fl-bay-county-sheriff, or its name where no other has it')
    .argument('<name...>', 'names as printed that are another agency')
    .action((slug: string, names: string[], options: GivenOptions) =>
      act(options, (operations, more) => operations.split(slug, names, options.reason, more)),
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
