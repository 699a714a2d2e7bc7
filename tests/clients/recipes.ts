/** The code blocks of docs/clients.md as files, which the tests import. */
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package-root.ts';
import { codeBlocks, commands } from '../support/repository/documentation.ts';

/** Where they are written, with packages of the tests of clients above it. */
export const made = join(packageRoot(), 'tests/clients/made');

/** Names of the files, each from the comment in the first line of its block. */
export function writeRecipes(): string[] {
  rmSync(made, { recursive: true, force: true });
  mkdirSync(join(made, 'src'), { recursive: true });
  return codeBlocks('docs/clients.md').flatMap(({ text }) => {
    const [, name] = /^\/\/ ([\w.-]+\.ts)\n/.exec(text) ?? [];
    if (name === undefined) return [];
    writeFileSync(join(made, name), text);
    return [name];
  });
}

/** Runs the command of the recipe for genql, which needs the contract beside it. */
export async function runGenql(): Promise<void> {
  const [command = ''] = commands().filter((each) => each.startsWith('npx genql '));
  const bin = join(packageRoot(), 'tests/clients/node_modules/@genql/cli/dist/cli.js');
  await promisify(execFile)(process.execPath, [bin, ...command.split(' ').slice(2)], { cwd: made });
}

/** The block of settings of relay-compiler. */
export function relaySettings(): object {
  const block = codeBlocks('docs/clients.md').find(({ language }) => language === 'jsonc');
  return JSON.parse(block?.text ?? '');
}
