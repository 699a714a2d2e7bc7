/** The README says what is so: its tables are compared with the code, and each command in it is run by a test. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { settings } from '../../src/config.ts';
import { packageRoot } from '../../src/database/package-root.ts';
import { decodeEventCursor, encodeEventCursor } from '../../src/feed/cursor.ts';
import { errorCodes } from '../../src/graphql/errors.ts';

const readme = readFileSync(join(packageRoot(), 'README.md'), 'utf8');
const packageJson: Record<'dependencies' | 'devDependencies', Record<string, string>> = JSON.parse(
  readFileSync(join(packageRoot(), 'package.json'), 'utf8'),
);

/** The cells of the table whose first heading is this. */
function table(heading: string): string[][] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const inCode = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

describe('the README', () => {
  it('has every setting with its meaning and default', () => {
    const told = table('setting').map(([name, meaning, fallback]) => [inCode(name), meaning, inCode(fallback)]);
    expect(told).toEqual(settings.map(({ name, meaning, fallback }) => [name, meaning, fallback]));
  });

  it('has every error code, and no other', () => {
    expect(table('code').map(([code]) => inCode(code))).toEqual([...errorCodes]);
  });

  it('says of a stale cursor what the API says of it', () => {
    const stale = () =>
      decodeEventCursor(encodeEventCursor(randomUUID(), 0n), { epoch: randomUUID(), lastSequence: 0n });
    for (const heading of ['refusal', 'code']) {
      const [, meaning = ''] = table(heading).find(([code]) => inCode(code) === 'CURSOR_STALE') ?? [];
      expect(stale).toThrow(/of another log: [^.]*/.exec(meaning)?.[0] ?? 'no such row');
    }
  });

  it('gives the reason for every dependency', () => {
    expect(table('package').map(([name]) => inCode(name))).toEqual(Object.keys(packageJson.dependencies).sort());
    for (const name of Object.keys(packageJson.devDependencies)) expect(readme).toContain(`\`${name}\``);
  });

  it('pins every dependency exactly', () => {
    const versions = Object.values({ ...packageJson.dependencies, ...packageJson.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('has no command that nothing runs', () => {
    expect(commands().filter((command) => !ranBy.some(([pattern]) => pattern.test(command)))).toEqual([]);
  });

  it('has no command that the program refuses as pasted', async () => {
    const ours = commands().flatMap((command) => /^npx accord287 (.*)$/.exec(command)?.[1] ?? []);
    expect(ours.length).toBeGreaterThan(10);
    for (const line of ours) {
      const program = createProgram();
      const ran: string[] = [];
      withEach(program, (command) => {
        command.exitOverride().configureOutput({ writeErr: () => {} });
        if (command.commands.length === 0 || command.name() === 'sample')
          command.action(() => void ran.push(command.name()));
      });
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
      await expect(program.parseAsync(words, { from: 'user' }), line).resolves.toBe(program);
      expect(ran, line).toHaveLength(1);
    }
  });
});

function withEach(command: Command, act: (command: Command) => void): void {
  act(command);
  for (const one of command.commands) withEach(one, act);
}

/** Every command that the README names, each once. */
function commands(): string[] {
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    String(block).replaceAll('\\\n', ' ').split('\n'),
  );
  const inline = [...readme.matchAll(/`((?:npx|npm|TEST_POSTGRES)[^`]*)`/g)].map(([, command]) => String(command));
  return [...new Set([...blocks, ...inline].map((line) => line.replace(/\s+/g, ' ').trim()))].filter(Boolean);
}

/** What runs each command of the README; a new one needs a row here, and something that runs it. */
const ranBy: readonly [RegExp, string][] = [
  [/^npm ci && npm (start|test)$/, '.ci/run, and tests/e2e/server.test.ts for the server'],
  [/^curl -s http:\/\/localhost:4000\/graphql /, 'tests/e2e/readme.test.ts'],
  [/^DATABASE_URL=postgres:.* npm start$/, 'tests/e2e/server.test.ts on PostgreSQL'],
  [/^POSTGRES_PASSWORD=.* docker compose up --build$/, 'nobody without a container engine; said so in the notes'],
  [
    /^npx accord287 (ingest|lists|departures|review|release|reject|migrate|sample|watch|figures|stats|timeline)\b/,
    'tests/e2e/commands.test.ts, analysis-commands.test.ts, watch.test.ts, readme.test.ts',
  ],
  [/^TEST_POSTGRES=1 npm test$/, '.ci/run'],
  [/^npm run (lint|types|schema:print|migrations:generate.*)$/, '.ci/run'],
  [
    /^npx tsx bench\/(ingest|queries|fanout|analysis|document-analysis|field-costs)\.ts$/,
    'by hand: benchmarks are measured, not tested',
  ],
  [/^npx tsx bench\/chaos\.ts$/, 'tests/e2e/chaos.test.ts, with fewer watchers'],
];
