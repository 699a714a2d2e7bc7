/** Whether tests that are worth it run for long: `npm run test:long`. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export const isLong = process.env.TEST_LONG === '1';

/** How often a property is tried. */
export const runs = (usual: number, long: number): number => (isLong ? long : usual);

/** Bytes of the heap after a collection. */
export function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
