/** The control socket: whom the client believes, and what a caller may cost the server. */
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectOperations, findControlServer } from '../../../src/operations/control/client.ts';
import { UntrustedSocket } from '../../../src/operations/control/folder.ts';
import { type ControlServer, startControlServer } from '../../../src/operations/control/server.ts';
import { controlSocketPath } from '../../../src/operations/control/socket.ts';
import { createOperationsOf } from '../../../src/operations/create-operations.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { canBeOther, otherUid, startAsOther } from '../../support/processes/other-user.ts';
import { runCommand } from '../../support/processes/program.ts';

let data: string;
let directory: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'accord287-control-test-'));
  directory = join(data, 'real');
});
afterEach(() => rm(data, { recursive: true, force: true }));

describe('a server', () => {
  let ledger: TestDatabase;
  let server: ControlServer;
  let socket: string;
  beforeAll(async () => {
    ledger = await openTestDatabase();
  });
  afterAll(() => ledger[Symbol.asyncDispose]());
  beforeEach(async () => {
    await writeFile(`${directory}.sock`, 'left by a build before this one');
    server = await startControlServer(directory, createOperationsOf(ledger));
    socket = controlSocketPath(directory);
    return () => server.close();
  });

  test('listens where only its user can enter, and removes the socket of former builds', async () => {
    expect((await stat(dirname(socket))).mode & 0o777).toBe(0o700);
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    await expect(stat(`${directory}.sock`)).rejects.toThrow('ENOENT');
    expect(await findControlServer(directory)).toBe(socket);
    expect(await connectOperations(socket).lists(null, null)).toEqual([]);
  });

  test('is not believed once others may write to its folder', async () => {
    await chmod(dirname(socket), 0o777);
    await expect(findControlServer(directory)).rejects.toThrow(UntrustedSocket);
  });

  test('takes every act with its dry run', async () => {
    const operations = connectOperations(socket);
    const [id, dryRun] = ['0123', { dryRun: true }];
    const acts = [
      () => operations.diff(id),
      () => operations.release(id, 'why', dryRun),
      () => operations.withdraw(id, 'why', dryRun),
      () => operations.redate(id, '2025-03-01', 'why', dryRun),
      () => operations.decide(id, 'SET_ASIDE', 'why', dryRun),
      () => operations.rename('tx-nobody', 'Somebody', 'why', dryRun),
      () => operations.merge('tx-nobody', 'tx-somebody', 'why', dryRun),
      () => operations.split('tx-nobody', ['Somebody'], 'why', dryRun),
      () => operations.revoke(id, 'why', dryRun),
    ];
    for (const act of acts) await expect(act()).rejects.toMatchObject({ name: 'Refusal', code: 'NOT_FOUND' });
  });

  test('refuses arguments without an end, and answers on', async () => {
    const paths = Array.from({ length: 20 }, () => 'x'.repeat(1024 * 1024));
    await expect(connectOperations(socket).ingest({ paths })).rejects.toThrow('more than 16777216 bytes');
    expect(await connectOperations(socket).lists(null, null)).toEqual([]);
  });

  test('cuts callers that say nothing or never end, and takes a few at a time', { timeout: 40_000 }, async () => {
    const silent = Array.from({ length: 30 }, (_, index) => {
      const caller = connect(socket);
      caller.on('error', () => {});
      caller.resume();
      if (index % 2 === 0) caller.write('POST /lists HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n[');
      return new Promise<void>((resolve) => caller.once('close', () => resolve()));
    });
    let left = silent.length;
    for (const one of silent) void one.then(() => left--);
    await setTimeout(1_000);
    // More than sixteen are not kept at all.
    expect(left).toBeLessThanOrEqual(16);
    await Promise.all(silent);
    expect(await connectOperations(socket).lists(null, null)).toEqual([]);
  });
});

test('where nobody listens there is no server', async () => {
  expect(await findControlServer(directory)).toBeNull();
  await mkdir(dirname(controlSocketPath(directory)), { mode: 0o700 });
  expect(await findControlServer(directory)).toBeNull();
});

test.skipIf(!canBeOther)(
  'a listener of another user is told nothing (skipped: needs root)',
  { timeout: 60_000 },
  async () => {
    // Where everybody may make files, as under a world-writable folder with the sticky bit.
    await chmod(data, 0o1777);
    using other = startAsOther(fakeServer, controlSocketPath(directory));
    expect(await other.line()).toBe('listening');
    const looking = findControlServer(directory);
    await expect(looking).rejects.toThrow(UntrustedSocket);
    await expect(looking).rejects.toThrow(`belongs to uid ${otherUid}, not to uid 0`);
    const command = await runCommand(['lists'], { DATA_DIR: data, SAMPLE: 'false' });
    expect(command.code).toBe(4);
    expect(command.stderr).toContain('nothing was sent to who listens there');
    // Had it heard anything, this would not be the next that it says.
    await new Promise<void>((resolve) => connect(controlSocketPath(directory), resolve).end('asked'));
    expect(await other.line()).toBe('heard asked');
  },
);

const fakeServer = `
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
const path = process.argv.at(-1);
mkdirSync(dirname(path));
createServer((socket) => socket.once('data', (text) => console.log('heard ' + text)))
  .listen(path, () => console.log('listening'));`;
