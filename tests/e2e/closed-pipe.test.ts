/** `accord287 … | head`: who stops reading has what they wanted. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/database/package-root.ts';
import { emptyLedger } from '../support/program.ts';

test.each(['lists', 'review list', 'departures', 'lists --json'])(
  '%s ends quietly when nobody reads on',
  async (command) => {
    await using ledger = await emptyLedger();
    const program = `"${process.execPath}" --import "${import.meta.resolve('tsx')}" "${join(packageRoot(), 'src/cli/accord287.ts')}"`;
    // The reader is gone before the command has anything to say.
    const shell = spawn('bash', ['-c', `${program} ${command} | true; echo "\${PIPESTATUS[0]}"`], {
      env: { ...process.env, ...ledger.settings },
    });
    let [stdout, stderr] = ['', ''];
    shell.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    shell.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    await new Promise((resolve) => shell.once('close', resolve));
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  },
);
