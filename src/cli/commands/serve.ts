/** `accord287 serve`: the same program as `npm start`. */
import type { Command } from 'commander';
import { settings } from '../../settings.ts';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve the API; settings come from the environment')
    .addHelpText('after', `\nSettings:\n${settings.map(describeSetting).join('\n')}`)
    .action(async () => {
      // Importing main.ts starts the server, so no other command may import it.
      await import('../../main.ts');
    });
}

function describeSetting(setting: (typeof settings)[number]): string {
  return `  ${setting.name.padEnd(14)} ${setting.meaning}${setting.fallback === '' ? '' : ` (${setting.fallback})`}`;
}
