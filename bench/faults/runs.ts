/** Every run of faults, in the order in which they are made. */
import { crowds } from './crowds.ts';
import { disk } from './disk.ts';
import { chaos, polling, siege } from './endings.ts';
import type { FaultRun } from './figure.ts';
import { instances } from './instances.ts';
import { kills } from './kills.ts';
import { surface } from './surface.ts';

export const runs: readonly FaultRun[] = [surface, crowds, instances, chaos, polling, siege, kills, disk];
