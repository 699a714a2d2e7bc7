/** Types from the contract: what generators make of it, by the recipes of docs/clients.md, and that the recipes have theirs. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { emptyLedger, startServer } from '../support/processes/program.ts';
import { made, runGenql, writeRecipes } from './recipes.ts';

const run = promisify(execFile);
const bin = (name: string): string => join(packageRoot(), 'tests/clients/node_modules', name);
const typed = (code: string): string =>
  `${code}\nexport type Answer = Data['agreements']['nodes'][number]['signedOn'];\n` +
  `export const check = (day: Answer): string | null => day;\n` +
  `// @ts-expect-error: a day may be null.\nexport const wrong = (day: Answer): string => day;\n`;
const query = '`query Signed { agreements { nodes { signedOn } } }`';
const options =
  '--ignoreConfig --noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler --types node';
const checked = (...files: string[]): Promise<unknown> =>
  run(process.execPath, [bin('typescript/bin/tsc'), ...options.split(' '), '--allowImportingTsExtensions', ...files], {
    cwd: made,
  });

beforeAll(async () => {
  writeRecipes();
  await mkdir(join(made, 'app'), { recursive: true });
  await copyFile(join(packageRoot(), 'schema/schema.graphql'), join(made, 'schema.graphql'));
});

test('are made by GraphQL Code Generator, from the contract and from the running server', {
  timeout: 180_000,
}, async () => {
  await using ledger = await emptyLedger();
  await using server = await startServer(ledger.settings);
  const { generate } = await import('@graphql-codegen/cli');
  const { config } = await import(join(made, 'codegen.ts'));
  const code = `import { graphql } from './gql/gql.ts';\nimport type { ResultOf } from '@graphql-typed-document-node/core';
    export const document = graphql(${query});\ntype Data = ResultOf<typeof document>;`;
  await writeFile(join(made, 'app/signed.ts'), typed(code));
  for (const schema of ['schema.graphql', server.url]) {
    const files = await generate({ ...config, schema, cwd: made, silent: true }, true);
    expect(JSON.stringify(files)).toContain('signedOn');
  }
  await checked('app/signed.ts');
});

test('are inferred by gql.tada', { timeout: 180_000 }, async () => {
  const plugin = { name: 'gql.tada/ts-plugin', schema: './schema.graphql', tadaOutputLocation: './graphql-env.d.ts' };
  await writeFile(
    join(made, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { strict: true, plugins: [plugin] } }),
  );
  await run(process.execPath, [bin('gql.tada/bin/cli.js'), 'generate-output'], { cwd: made });
  const code = `import { graphql } from './tada.ts';\nimport type { ResultOf } from 'gql.tada';
    export const document = graphql(${query});\ntype Data = ResultOf<typeof document>;`;
  await writeFile(join(made, 'signed-tada.ts'), typed(code));
  await checked('signed-tada.ts');
});

test('of the clients hold in the recipes', { timeout: 180_000 }, async () => {
  await runGenql();
  await checked(...['apollo', 'urql', 'relay', 'genql', 'sse', 'plain', 'resume'].map((name) => `${name}.ts`));
});
