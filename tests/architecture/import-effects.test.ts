/** Importing a file does nothing: no output, nothing left running, no setting needed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { readSources } from '../support/repository/source-files.ts';

const run = promisify(execFile);

/** The two that run the program; print-schema is a script of the build. */
const runnable = new Set(['src/main.ts', 'src/cli/accord287.ts', 'src/graphql/schema/print-schema.ts']);

const importer = `
const before = process.getActiveResourcesInfo().length;
const failed = [];
for (const path of process.argv.slice(1)) {
  try { await import(path); } catch (error) { failed.push(path + ': ' + error.message); }
  const open = process.getActiveResourcesInfo().filter((name) => !/Immediate|CloseReq|FSReq/.test(name)).length;
  if (open > before) { failed.push(path + ' leaves something running: ' + process.getActiveResourcesInfo()); break; }
}
process.stderr.write('\\nRESULT ' + JSON.stringify(failed));
`;

test('importing any file with an empty environment prints nothing and leaves nothing running', async () => {
  const root = packageRoot();
  const paths = readSources('src', 'schema')
    .map((source) => source.path)
    .filter((path) => !runnable.has(path))
    .map((path) => join(root, path));
  // Ends by itself only if nothing was left running.
  const child = await run(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', importer, '--', ...paths],
    { cwd: root, env: {}, timeout: 55_000 },
  );
  expect(child.stdout).toBe('');
  expect(child.stderr.trim()).toBe('RESULT []');
});
