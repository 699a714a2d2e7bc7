/** What a start says when something that it needs was not made. */
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireMendedDriver } from '../../src/database/postgres/mended-driver.ts';
import { packageRoot } from '../../src/package-root.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accord287-start-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const place = (path: string): string => join(folder, path);

/** Runs what `npm start` runs, in a copy of the package that lacks something. */
async function start(): Promise<{ code: unknown; said: string }> {
  await cp(join(packageRoot(), 'start.mjs'), place('start.mjs'));
  return new Promise((resolve) => {
    execFile(process.execPath, [place('start.mjs')], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, said: stdout + stderr });
    });
  });
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(place(path), '..'), { recursive: true });
  await writeFile(place(path), text);
}

test('npm start is this start', async () => {
  // The manifest of this package has scripts.
  const { scripts } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts.start).toBe('exec node start.mjs || node start.mjs');
});

test('says in one sentence what is missing, else starts the server', async () => {
  expect(await start()).toMatchObject({ code: 1, said: expect.stringMatching(/^[^\n]*run "npm ci" first[^\n]*\n$/) });
  await write('node_modules/pino/package.json', '{}');
  expect(await start()).toMatchObject({ code: 1, said: expect.stringMatching(/^[^\n]*run "npm run build"[^\n]*\n$/) });
  await write('package.json', '{ "type": "module" }');
  await write('dist/src/main.js', 'console.log("the server")');
  expect(await start()).toEqual({ code: 0, said: 'the server\n' });
});

test.runIf(process.platform !== 'win32')('npm start hands SIGTERM on to the server', async () => {
  await cp(join(packageRoot(), 'start.mjs'), place('start.mjs'));
  await cp(join(packageRoot(), 'package.json'), place('package.json'));
  await write('node_modules/pino/package.json', '{}');
  await write(
    'dist/src/main.js',
    `process.once('SIGTERM', () => { console.log('closed'); process.exit(0); });
    setInterval(() => {}, 1_000);
    console.log('listening');`,
  );
  const npm = spawn('npm', ['start'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  npm.stdout.on('data', (text) => {
    said += text;
    if (said.endsWith('listening\n')) npm.kill('SIGTERM');
  });
  expect(await new Promise((resolve) => npm.once('close', resolve))).toBe(0);
  expect(said).toContain('closed');
});

test('a server does not start on a driver that was not mended', async () => {
  expect(() => requireMendedDriver()).not.toThrow();
  const driver = join(packageRoot(), 'node_modules/postgres/src');
  await cp(driver, place('src'), { recursive: true });
  const entry = pathToFileURL(place('src/index.js')).href;
  expect(() => requireMendedDriver(entry)).not.toThrow();
  for (const [file, trace] of [
    ['index.js', /, lost = null/],
    ['connection.js', /chunk = nextWriteTimer = null/g],
  ] as const) {
    const mended = await readFile(join(driver, file), 'utf8');
    await writeFile(place(`src/${file}`), mended.replace(trace, ''));
    expect(() => requireMendedDriver(entry), file).toThrow('Run "npm run build"');
    await writeFile(place(`src/${file}`), mended);
  }
});
