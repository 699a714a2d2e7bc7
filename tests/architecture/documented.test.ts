/** The docs say what is so: their tables are compared with the code, and each command in them is run by a test. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { decodeEventCursor, encodeEventCursor } from '../../src/feed/log/cursor.ts';
import { errorCodes } from '../../src/graphql/execution/errors.ts';
import { packageRoot } from '../../src/package-root.ts';
import { settings } from '../../src/settings.ts';
import { commands, readPage, tableHeaded } from '../support/repository/documentation.ts';

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
  [/^FOLLOW=true .* npm start$/, 'tests/e2e/follow.test.ts'],
  [/^DATABASE_URL=postgres:.* npm start$/, 'tests/e2e/server.test.ts on PostgreSQL'],
  [
    /^sh deploy\/make-secrets\.sh && docker compose up --build$/,
    'nobody without a container engine; said so in the notes',
  ],
  [/^npx accord287 (backup|restore)\b/, 'tests/e2e/backup.test.ts'],
  [/^psql /, 'tests/support/run/global-setup.ts runs the same file, with TEST_SERVER=restricted'],
  [/^cp deploy\/accord287|^systemctl /, 'an administrator; systemd-analyze verify reads the units'],
  [
    /^npx accord287 (status|ingest|follow|archive|lists|diff|departures|review|release|reject|withdraw|redate|spelling|agency|decisions|revoke|migrate|sample|watch|figures|stats|timeline|population)\b/,
    'tests/e2e/commands.test.ts, analysis-commands.test.ts, watch.test.ts, documented-examples.test.ts',
  ],
  [/^npx accord287 (key|audit)\b/, 'tests/e2e/keys.test.ts'],
  [/^TEST_POSTGRES=1 npm test$/, '.ci/run'],
  [/^npm run (lint|types|schema:print|schema:changes|migrations:generate.*|siege.*)$/, '.ci/run'],
  [/^npm run test:clients$/, 'npm run test:long'],
  [/^npm run test:long$/, 'a person, before a release'],
  [/^npx genql /, 'tests/clients/clients.test.ts'],
  [/^npm run format$/, '.ci/run, which checks the same by npm run lint'],
  [
    /^npx tsx bench\/(ingest|queries|fanout|analysis|pages|document-analysis|field-costs|embedded)\.ts( --than \S+)?$/,
    'by hand: benchmarks are measured, not tested',
  ],
  [
    /^npm run faults\b/,
    'tests/architecture/docs.test.ts for its rows; the faults by hand, since they take most of an hour',
  ],
  [/^npx tsx bench\/chaos\.ts$/, 'tests/e2e/chaos.test.ts, with fewer watchers'],
];
