import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Small files that take longest: begun last, one worker would run one of them long after the other has ended. */
const slow =
  /(e2e\/(follow|watch|backup|crash|chaos|server)|real-(lists|undo|spellings)|follow-week|ledger\/apply)\.test\.ts$/;

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification): boolean => slow.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

export default defineConfig({
  // Vite would take graphql's ES modules while the packages around it take the others: two copies, two realms.
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      {
        find: './worker-module.ts',
        replacement: fileURLToPath(new URL('tests/support/run/built-list-worker.ts', import.meta.url)),
      },
    ],
  },
  test: {
    include: ['tests/**/*.test.ts'],
    // They have packages of their own: npm run test:clients.
    exclude: [...configDefaults.exclude, 'tests/clients/**'],
    setupFiles: ['tests/support/run/property-seeds.ts'],
    globalSetup: ['tests/support/run/global-setup.ts'],
    sequence: { sequencer: SlowFirst },
    pool: 'forks',
    // Importing the program anew for each file took longer than most files run; what a file changes, it puts back.
    isolate: false,
    // Two more than two cores, since a third of the time is waiting; each holds an embedded database of some 150 MB.
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes by itself; a busy machine, or a log that is only polled, takes more than the usual second.
    expect: { poll: { timeout: 20_000, interval: 20 } },
    restoreMocks: true,
    // What was compiled is kept beside the packages: of a run of few files it takes a sixth.
    experimental: { fsModuleCache: true },
  },
});
