import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite would take graphql's ES modules while the packages around it take the others: two copies, two realms.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/support/property-seeds.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'forks',
    // Each worker holds an embedded database of some 150 MB.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes by itself; a busy machine, or a log that is only polled, takes more than the usual second.
    expect: { poll: { timeout: 20_000 } },
    restoreMocks: true,
  },
});
