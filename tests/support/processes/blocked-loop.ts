/** A process under the watchdog: `blocked-loop.ts LIMIT BLOCK` stands still for BLOCK milliseconds, then says so and ends. */
import { setTimeout } from 'node:timers/promises';
import { startWatchdog } from '../../../src/server/watchdog.ts';

const [limitMilliseconds = 0, block = 0] = process.argv.slice(2).map(Number);
startWatchdog({ limitMilliseconds });
// The watchdog's thread needs a moment to start.
await setTimeout(500);
process.stderr.write('blocking\n');
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, block);
await setTimeout(200);
process.stdout.write('went on\n');
