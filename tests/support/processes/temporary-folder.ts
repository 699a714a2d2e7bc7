/** A process that holds a temporary folder, says where it is and waits to be ended. */
import { setTimeout } from 'node:timers/promises';
import { withTemporaryFolder } from '../../../src/operations/lists/temporary-folder.ts';

await withTemporaryFolder('dry-run', async (folder) => {
  process.stderr.write(`in ${folder}\n`);
  await setTimeout(60_000);
});
