/** Unknown subcommands of a command that also runs by itself: Commander would report them as excess arguments. */
import type { Command } from 'commander';

/** Reports an operand of `command` as an unknown subcommand of `parent`. */
export function refuseUnknownCommand(command: Command, parent: Command): void {
  command.allowExcessArguments().hook('preAction', (_command, acting) => {
    const [unknown] = acting === command ? command.args : [];
    if (unknown !== undefined) parent.error(`error: unknown command '${unknown}'`);
  });
}
