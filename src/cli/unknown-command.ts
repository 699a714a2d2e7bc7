/** A command that also stands for one of its own: what is not a subcommand would count as an argument too many. */
import type { Command } from 'commander';

/** Refuses operands of `command` as commands that `parent` does not have. */
export function refuseUnknownCommand(command: Command, parent: Command): void {
  command.allowExcessArguments().hook('preAction', (_command, acting) => {
    const [unknown] = acting === command ? command.args : [];
    if (unknown !== undefined) parent.error(`error: unknown command '${unknown}'`);
  });
}
