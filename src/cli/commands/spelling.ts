/** `accord287 spelling`: operators say what a printed text means that no rule can read. */
import { type Command, Option } from 'commander';
import { type SpellingSubject, spellingSubjects } from '../../../schema/enums.ts';
import { loadConfig } from '../../config.ts';
import { act, addAct, type GivenOptions, undo } from '../act.ts';
import { withOperations } from '../open-operations.ts';
import { printJson, printLine, printTable } from '../output/print.ts';
import { refuseUnknownCommand } from '../unknown-command.ts';

interface AddOptions extends GivenOptions {
  kind: string;
  printed: string;
  means: string;
}

export function addSpelling(program: Command): void {
  const spelling = program
    .command('spelling')
    .description('what printed texts mean that no rule can read: added, shown, taken back');
  const list = spelling
    .command('list', { isDefault: true })
    .description('show the spellings that hold, with their ids')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const spellings = await operations.spellings();
        if (json === true) printJson(spellings);
        else if (spellings.length === 0) printLine('No spelling was added.');
        else {
          printTable(
            ['id', 'kind', 'printed', 'means', 'added', 'why'],
            spellings.map(({ id, subject, printed, means, decidedAt, reason }) => [
              ...[id, subject.toLowerCase(), printed, means, decidedAt, reason],
            ]),
          );
        }
      });
    });
  refuseUnknownCommand(list, spelling);
  addAct(spelling, 'add', 'say what a printed text means; what is stored is read again by it')
    .addOption(
      new Option('--kind <kind>', 'where it is printed')
        .choices(spellingSubjects.map((subject) => subject.toLowerCase()))
        .makeOptionMandatory(),
    )
    .requiredOption('--printed <text>', 'the text as the lists print it; case and white space do not matter')
    .requiredOption(
      '--means <value>',
      'a state, a model, a type, a county as FIPS code or "Clarke County, GA", a column',
    )
    .addHelpText('after', addHelp)
    .action((options: AddOptions) => {
      const { kind, printed, means, reason } = options;
      // Commander checked that it is one of the choices.
      const subject = kind.toUpperCase() as SpellingSubject;
      return act(options, (operations, how) => operations.addSpelling({ subject, printed, means }, reason, how));
    });
  addAct(spelling, 'remove', 'take a spelling back; what it made readable is unreadable again')
    .argument('<id>', 'id of the spelling, or the beginning of it, as "accord287 spelling list" prints it')
    .addHelpText('after', removeHelp)
    .action((id: string, options: GivenOptions) =>
      undo(options, (operations, how) => operations.removeSpelling(id, options.reason, how)),
    );
}

const addHelp = `
The rows that print it are read again at once, on every list, and what follows from them is told as news or history.
Lists that are held are judged again, and accepted where no reason is left. A heading needs the file again where it was
rejected for want of it. What is declared already keeps its meaning.

  accord287 spelling add --kind model --printed "Task Force" --means task-force --reason "the word of 2010 to 2017"
  accord287 spelling add --kind county --printed "Clark" --means "Clarke County, GA" --reason "a misspelling"`;

const removeHelp = `
A list that only the spelling made readable is held again, unless a person released it.`;
