/** `accord287 agency`: decisions of an operator about one agency. */
import type { Command } from 'commander';
import { act, addAct, type GivenOptions } from '../act.ts';

export function addAgency(program: Command): void {
  const agency = program.command('agency').description('what an operator says of one agency: its name');
  addAct(agency, 'rename', 'call an agency by another name, whatever lists print')
    .argument('<slug>', 'slug of the agency, such as fl-bay-county-sheriff, or its name where no other has it')
    .argument('<name>', 'the name, as people read it')
    .addHelpText('after', renameHelp)
    .action((slug: string, name: string, options: GivenOptions) =>
      act(options, (operations, more) => operations.rename(slug, name, options.reason, more)),
    );
}

const renameHelp = `
The agency keeps its id, and its former slugs answer. A list that prints the name means this agency from then on. No rule
renames it until "accord287 revoke" takes the decision back. "accord287 review" says which names are one agency.`;
