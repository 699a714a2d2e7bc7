/** The docs say what is so: their tables are compared with the code, and each command in them is run by a test. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { settings } from '../../src/config.ts';
import { packageRoot } from '../../src/database/package-root.ts';
import { decodeEventCursor, encodeEventCursor } from '../../src/feed/log/cursor.ts';
import { errorCodes } from '../../src/graphql/execution/errors.ts';
import { commands, readPage, tableHeaded } from '../support/documentation.ts';

const packageJson: Record<'dependencies' | 'devDependencies' | 'scripts', Record<string, string>> = JSON.parse(
  readFileSync(join(packageRoot(), 'package.json'), 'utf8'),
);

const inCode = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

describe('the documentation', () => {
  it('has every setting with its meaning and default', () => {
    const told = tableHeaded('setting').map(([name, meaning, fallback]) => [inCode(name), meaning, inCode(fallback)]);
    expect(told).toEqual(settings.map(({ name, meaning, fallback }) => [name, meaning, fallback]));
  });

  it('has every error code, and no other', () => {
    expect(tableHeaded('code').map(([code]) => inCode(code))).toEqual([...errorCodes]);
  });

  it('says of a stale cursor what the API says of it', () => {
    const stale = () =>
      decodeEventCursor(encodeEventCursor(randomUUID(), 0n), { epoch: randomUUID(), lastSequence: 0n });
    for (const heading of ['refusal', 'code']) {
      const [, meaning = ''] = tableHeaded(heading).find(([code]) => inCode(code) === 'CURSOR_STALE') ?? [];
      expect(stale).toThrow(/of another log: [^.]*/.exec(meaning)?.[0] ?? 'no such row');
    }
  });

  it('gives the reason for every dependency', () => {
    expect(tableHeaded('package').map(([name]) => inCode(name))).toEqual(Object.keys(packageJson.dependencies).sort());
    const page = readPage('docs/dependencies.md');
    for (const name of Object.keys(packageJson.devDependencies)) expect(page).toContain(`\`${name}\``);
  });

  it('pins every dependency exactly', () => {
    const versions = Object.values({ ...packageJson.dependencies, ...packageJson.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('has no command that nothing runs', () => {
    expect(commands().filter((command) => !ranBy.some(([pattern]) => pattern.test(command)))).toEqual([]);
  });

  it('has no npm script that package.json lacks', () => {
    const scripts = commands().flatMap((command) => /^npm run (\S+)/.exec(command)?.[1] ?? []);
    expect(scripts.filter((name) => packageJson.scripts[name] === undefined)).toEqual([]);
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

/** What runs each command of the docs; a new one needs a row here, and something that runs it. */
const ranBy: readonly [RegExp, string][] = [
  [/^(npm ci && )?npm (start|test)$/, '.ci/run, and tests/e2e/server.test.ts for the server'],
  [/^npm run dev$/, 'tests/e2e/server.test.ts from source, which does not watch the files'],
  [/^(npm test -- --changed|npx vitest run \S+\.test\.ts)$/, '.ci/run, which runs all of them'],
  [/^curl -s http:\/\/localhost:4000\/graphql /, 'tests/e2e/documented-examples.test.ts'],
  [/^DATABASE_URL=postgres:.* npm start$/, 'tests/e2e/server.test.ts on PostgreSQL'],
  [/^POSTGRES_PASSWORD=.* docker compose up --build$/, 'nobody without a container engine; said so in the notes'],
  [
    /^npx accord287 (ingest|lists|diff|departures|review|release|reject|withdraw|redate|spelling|agency|decisions|revoke|migrate|sample|watch|figures|stats|timeline)\b/,
    'tests/e2e/commands.test.ts, analysis-commands.test.ts, watch.test.ts, documented-examples.test.ts',
  ],
  [/^TEST_POSTGRES=1 npm test$/, '.ci/run'],
  [/^npm run (lint|types|schema:print|migrations:generate.*|siege.*)$/, '.ci/run'],
  [/^npm run format$/, '.ci/run, which checks the same by npm run lint'],
  [
    /^npx tsx bench\/(ingest|queries|fanout|analysis|document-analysis|field-costs|embedded)\.ts( --than \S+)?$/,
    'by hand: benchmarks are measured, not tested',
  ],
  [/^npx tsx bench\/chaos\.ts$/, 'tests/e2e/chaos.test.ts, with fewer watchers'],
];
