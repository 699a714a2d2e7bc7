/** `accord287 withdraw` and `redate`: takes an accepted list out of the ledger, or corrects its time of publication. */
import type { Command } from 'commander';
import { act, addAct, type GivenOptions } from '../act.ts';
import { readInstant } from '../read-instant.ts';

const anyId = 'id of the list, or the beginning of it, as "accord287 lists --status ACCEPTED" prints it';

export function addWithdraw(program: Command): void {
  addAct(program, 'withdraw', 'derive everything as if an accepted list had never counted')
    .argument('<id>', anyId)
    .addHelpText('after', withdrawHelp)
    .action((id: string, options: GivenOptions) =>
      act(options, (operations, more) => operations.withdraw(id, options.reason, more)),
    );
  addAct(program, 'redate', 'say that a list was published at another time')
    .argument('<id>', anyId)
    .argument('<time>', '2026-02-02 (noon in New York), or 2026-02-02T09:00:00-05:00', readInstant)
    .addHelpText('after', redateHelp)
    .action((id: string, time: string, options: GivenOptions) =>
      act(options, (operations, more) => operations.redate(id, time, options.reason, more)),
    );
}

const withdrawHelp = `
For a list that is none, is cut off, or is of a time that is not yet. What it changed today is taken back, live; its
rows stay stored, and the same file ingested again is a duplicate. Lists that are held after it are judged again.
"accord287 revoke" lets it count again.`;

const redateHelp = `
For a list that stands at a wrong time, which makes what is published in between history. A held list is judged again by
its new time, and accepted where no reason is left. Lists that are held after an accepted one are judged again.
"accord287 revoke" gives it its former time.`;
