/**
 * Says what the contract breaks for clients of the last release, whose contract is `schema/released.graphql`, and fails
 * where CHANGELOG.md does not name it. Before the first release, that is the contract when the check began.
 */
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type BreakingChange, BreakingChangeType, buildSchema, findBreakingChanges } from 'graphql';
import { printContract } from './print-schema.ts';

/** What an entry `- Breaking:` of the unreleased part of a changelog has to name, and does not. */
export function findUnnamed(released: string, contract: string, changelog: string): string[] {
  const [unreleased = ''] = changelog.split(/^## (?!Unreleased)/m);
  const entries = unreleased.split(/^- /m).filter((entry) => entry.startsWith('Breaking:'));
  return findBreakingChanges(buildSchema(released), buildSchema(contract))
    .map((change) => ({ element: elementOf(change), description: change.description }))
    .filter(({ element }) => !entries.some((entry) => entry.includes(`\`${element}\``)))
    .map(({ element, description }) => `${element}: ${description}`);
}

/** Such as `Query.agencies`, as the changelog names it. */
function elementOf({ type, description }: BreakingChange): string {
  switch (type) {
    case BreakingChangeType.VALUE_REMOVED_FROM_ENUM:
    case BreakingChangeType.TYPE_REMOVED_FROM_UNION:
      return description.replace(/^(\w+) was removed from \w+ type (\w+).*$/, '$2.$1');
    case BreakingChangeType.REQUIRED_INPUT_FIELD_ADDED:
    case BreakingChangeType.REQUIRED_ARG_ADDED:
      return description.replace(/^A required \w+ (\w+) on (?:input type )?([\w.]+) was added.*$/, '$2.$1');
    default:
      return description.split(' ', 1)[0] ?? description;
  }
}

async function main(): Promise<void> {
  const folder = new URL('../../../', import.meta.url);
  const read = (path: string): Promise<string> => readFile(new URL(path, folder), 'utf8');
  const unnamed = findUnnamed(await read('schema/released.graphql'), printContract(), await read('CHANGELOG.md'));
  if (unnamed.length === 0) return;
  console.error('The contract breaks what the last release promised. Name each in CHANGELOG.md, as "- Breaking: `…`":');
  for (const each of unnamed) console.error(`  ${each}`);
  process.exitCode = 1;
}

// Importing it does nothing: it runs only as the program that was started.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
