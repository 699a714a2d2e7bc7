/** `accord287 lists`: the lists that wait for a person, or those of any verdict, each with its id and the reasons. */
import { type Command, Option } from 'commander';
import { type SnapshotKind, snapshotKinds } from '../../../schema/enums.ts';
import { loadConfig } from '../../config.ts';
import { type ListEntry, type StoredStatus, storedStatuses } from '../../operations/operations.ts';
import { withOperations } from '../open-operations.ts';
import { describeHoldReasons, howToJudge } from '../output/held-list.ts';
import { type Cell, printJson, printLine, printNote, printTable } from '../output/print.ts';

interface ListOptions {
  status: StoredStatus | 'ALL';
  kind: SnapshotKind | 'ALL';
  json?: boolean;
}

export function addLists(program: Command): void {
  program
    .command('lists')
    .description('the lists that wait for a person, with their ids and the reasons; or those of another verdict')
    .addOption(new Option('--status <status>', 'their verdict').choices([...storedStatuses, 'ALL']).default('HELD'))
    .addOption(new Option('--kind <kind>', 'which of the two sheets').choices([...snapshotKinds, 'ALL']).default('ALL'))
    .option('--json', 'print them as JSON')
    .action(async ({ status, kind, json }: ListOptions) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const lists = await operations.lists(status === 'ALL' ? null : status, kind === 'ALL' ? null : kind);
        if (json === true) printJson(lists);
        // Those that wait are judged from the oldest on.
        else printLists(status === 'HELD' ? lists.toReversed() : lists, status);
      });
    });
}

function printLists(lists: readonly ListEntry[], asked: ListOptions['status']): void {
  if (lists.length === 0) {
    printLine(asked === 'HELD' ? 'No list waits for a person.' : 'There is no such list.');
    return;
  }
  printTable(
    ['id', 'verdict', 'kind', 'published', 'rows', 'list', 'why'],
    lists.map((list) => [
      list.id,
      list.status,
      list.kind ?? '',
      list.publishedAt,
      String(list.rowCount),
      list.fileName,
      describeReasons(list),
    ]),
  );
  printLine(`${lists.length} ${lists.length === 1 ? 'list' : 'lists'}`);
  if (lists.some(({ status }) => status === 'HELD')) printNote(howToJudge(lists));
}

/** Why it is held or cannot be read, and the decisions about it. */
function describeReasons({ holdReasons, rejection, status, decisions }: ListEntry): Cell {
  const decided = decisions.map(({ id, kind, reason }) => `${kind}: ${reason} (decision ${id})`);
  if (status === 'HELD') return [...describeHoldReasons(holdReasons), ...decided];
  return rejection !== null && decisions.length === 0 ? `${rejection.code}: ${rejection.message}` : decided;
}
