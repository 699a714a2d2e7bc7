/** `accord287 audit`: who did what to the ledger. */
import { type Command, InvalidArgumentError } from 'commander';
import { type OperatorAct, operatorActs } from '../../../schema/enums.ts';
import { loadConfig } from '../../config.ts';
import type { AuditEntry } from '../../operations/keys/key-operations.ts';
import { withOperations } from '../open-operations.ts';
import { type Cell, printJson, printLine, printTable } from '../output/print.ts';

export function addAudit(program: Command): void {
  program
    .command('audit')
    .description('show who did what to the ledger, when and why; the newest first')
    .option('--limit <number>', 'how many entries, at most 10000', readLimit, 50)
    .option('--act <act>', `one kind of act: ${operatorActs.map(toWord).join(', ')}`, readAct)
    .option('--json', 'print them as JSON')
    .action(async (options: { limit: number; act?: OperatorAct; json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const entries = await operations.audit(options.limit, options.act ?? null);
        if (options.json === true) printJson(entries);
        else printEntries(entries);
      });
    });
}

const toWord = (act: OperatorAct): string => act.toLowerCase().replaceAll('_', '-');

function readAct(text: string): OperatorAct {
  const act = operatorActs.find((each) => toWord(each) === text);
  if (act === undefined) throw new InvalidArgumentError(`It is one of ${operatorActs.map(toWord).join(', ')}.`);
  return act;
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d{1,5}$/.test(text) || limit < 1 || limit > 10_000) throw new InvalidArgumentError('It is 1 to 10000.');
  return limit;
}

function printEntries(entries: readonly AuditEntry[]): void {
  printTable(['when', 'who', 'act', 'about', 'why', 'revision'], entries.map(auditRow));
  printLine(`${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`);
}

/** The cells of an entry, narrow enough for a terminal; `--json` has all of it. */
export function auditRow({ at, actor, keyPrefix, address, act, about, reason, refusal, revision }: AuditEntry): Cell[] {
  const who = keyPrefix === null ? actor : `${actor} (${keyPrefix})`;
  return [
    at.replace(/\.\d+Z$/, 'Z'),
    [...wrap(who, 24), ...(address === null ? [] : [address])],
    refusal === null ? toWord(act) : [toWord(act), refusal],
    Object.entries(about).flatMap(([name, value]) =>
      [value].flat().flatMap((each) => wrap(`${name} ${describe(each)}`, 44)),
    ),
    ...[wrap(reason ?? '', 30), revision],
  ];
}

const idPattern = /\b([0-9a-f]{8})-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g;

/** What is known of a thing, in the order in which it is kept; commands take as much of an id as is shown. */
function describe(value: unknown): string {
  if (typeof value === 'string') return value.replace(idPattern, '$1');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value)
    .filter((each) => each !== null && each !== undefined)
    .map(describe)
    .join(' ');
}

/** Lines of at most so many characters, at spaces where there are any. */
const wrap = (text: string, width: number): string[] =>
  text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)|\\S{${width}}|\\S+`, 'gu')) ?? [''];
