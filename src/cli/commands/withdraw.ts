/** `accord287 withdraw` and `redate`: an accepted list that should not have counted, or not at its time. */
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
rows stay stored, and the same file ingested again is a duplicate. "accord287 revoke" lets it count again.`;

const redateHelp = `
For a list that stands at a wrong time, which makes what is published in between history. A held list stays held, and
takes effect at its new time once it is released. "accord287 revoke" gives it its former time.`;
