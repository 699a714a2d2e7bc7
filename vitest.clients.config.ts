import { defineConfig, type Plugin } from 'vitest/config';

/** The recipe of Apollo Client 3 names the package as its users do; here it stands beside version 4 under another name. */
const besideVersion4: Plugin = {
  name: 'apollo-3-beside-4',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!importer?.endsWith('/apollo-3.ts') || !source.startsWith('@apollo/client')) return null;
    return this.resolve(source.replace('@apollo/client', 'apollo-client-3'), importer);
  },
};

/** The recipes of docs/clients.md with the packages of this folder: one server, one test after another. */
export default defineConfig({
  plugins: [besideVersion4],
  test: {
    include: ['tests/clients/*.test.ts'],
    globalSetup: ['tests/support/run/global-setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
