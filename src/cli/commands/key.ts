/** `accord287 key`: bearer keys of the API. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type KeyRole, keyRoles } from '../../../schema/enums.ts';
import { loadConfig } from '../../config.ts';
import type { KeyEntry } from '../../operations/keys/key-operations.ts';
import { withOperations } from '../open-operations.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { reasonOption } from '../reason-option.ts';

const roleWords = keyRoles.map((role) => role.toLowerCase());

interface CreateOptions {
  role: KeyRole;
  name: string;
  expires?: string;
  json?: boolean;
}

export function addKey(program: Command): void {
  const key = program.command('key').description('keys of the API: create, list, revoke');
  key
    .command('create')
    .description('make a key, and print it this once')
    .addOption(
      new Option('--role <role>', `what it may: ${roleWords.join(', ')}`).makeOptionMandatory().argParser(readRole),
    )
    .requiredOption('--name <text>', 'whose it is, or what for')
    .option('--expires <day or instant>', 'it no longer holds from then on (a day: from noon in New York)')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', createHelp)
    .action(async ({ role, name, expires, json }: CreateOptions) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const created = await operations.createKey({
          name,
          role,
          ...(expires !== undefined && { expiresAt: expires }),
        });
        if (json === true) return printJson(created);
        printNote('Keep it: nobody can show it again.');
        printLine(created.key);
      });
    });
  key
    .command('list', { isDefault: true })
    .description('show the keys that hold')
    .option('--all', 'also those that were revoked or have expired')
    .option('--json', 'print them as JSON')
    .action(async (options: { all?: boolean; json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const every = await operations.keys();
        const shown = every.filter((each) => options.all === true || stateOf(each) === 'holds');
        if (options.json === true) printJson(shown);
        else printKeys(shown);
      });
    });
  key
    .command('revoke')
    .description('a key no longer holds')
    .argument('<key>', 'its beginning (a287_…), as "accord287 key list" prints it, or its id')
    .addOption(reasonOption('key'))
    .option('--json', 'print the result as JSON')
    .action(async (given: string, options: { reason: string; json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const revoked = await operations.revokeKey(given, options.reason);
        if (options.json === true) printJson(revoked);
        else printLine(`${revoked.prefix} (${revoked.name}) is revoked; every instance refuses it within seconds.`);
      });
    });
}

const createHelp = `
Roles: read has a rate of its own, ten times that of an address, and sees what anybody sees. ingest may also hand in lists.
admin may and sees everything that an operator does. A client sends the key as "Authorization: Bearer <key>".`;

function readRole(text: string): KeyRole {
  const role = keyRoles.find((each) => each.toLowerCase() === text);
  if (role === undefined) throw new InvalidArgumentError(`It is one of ${roleWords.join(', ')}.`);
  return role;
}

type KeyState = 'holds' | 'expired' | 'revoked';

function stateOf({ revokedAt, expiresAt }: KeyEntry): KeyState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'holds';
}

function printKeys(keys: readonly KeyEntry[]): void {
  printTable(
    ['key', 'role', 'name', 'created', 'last used', 'state'],
    keys.map((key) => [
      ...[`${key.prefix}_…`, key.role.toLowerCase(), key.name, key.createdAt, key.lastUsedAt ?? 'never'],
      describeState(key),
    ]),
  );
  printLine(`${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`);
}

function describeState(key: KeyEntry): string {
  const state = stateOf(key);
  if (state === 'revoked') return `revoked ${key.revokedAt}: ${key.revokedReason}`;
  if (state === 'expired') return `expired ${key.expiresAt}`;
  return key.expiresAt === null ? 'holds' : `until ${key.expiresAt}`;
}
