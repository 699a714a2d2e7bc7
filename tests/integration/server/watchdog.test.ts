/** The watchdog, in processes of its own: it ends them. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startModule } from '../../support/processes/program.ts';

const start = (limit: number, block: number) =>
  startModule('tests/support/processes/blocked-loop.ts', [String(limit), String(block)], {});

test('ends a process whose loop stands still, and says why', async () => {
  const { code, stdout, stderr } = await start(1_500, 20_000).ended;
  // By a signal, which has no exit code of its own.
  expect(code).toBeNull();
  expect(stdout).toBe('');
  expect(JSON.parse(stderr.split('\n').at(-2) ?? '')).toMatchObject({
    level: 'fatal',
    msg: expect.stringContaining('event loop stood still'),
  });
});

test('leaves a process alone that is busy for less, and does not keep one alive', async () => {
  expect(await start(10_000, 1_000).ended).toMatchObject({ code: 0, stdout: 'went on\n' });
});

test('does not count the time for which the whole process was stopped', async () => {
  const child = start(4_000, 2_000);
  await child.heard(/blocking/);
  child.kill('SIGSTOP');
  await setTimeout(6_000);
  child.kill('SIGCONT');
  expect(await child.ended).toMatchObject({ code: 0, stdout: 'went on\n' });
});
