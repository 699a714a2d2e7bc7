/** Which of the two embedded ledgers is meant: the real one, or the sample beside it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isMarked } from './ledger-mark.ts';

export interface LedgerDirectory {
  directory: string;
  sample: boolean;
}

export function realLedger(dataDir: string): LedgerDirectory {
  return { directory: join(dataDir, 'real'), sample: false };
}

export function sampleLedger(dataDir: string): LedgerDirectory {
  return { directory: join(dataDir, 'sample'), sample: true };
}

/** The real ledger as soon as there is one, also when it is gone; the sample until then, or when it was asked for by name. */
export function currentLedger(dataDir: string, sample: boolean | null): LedgerDirectory {
  if (sample !== null) return sample ? sampleLedger(dataDir) : realLedger(dataDir);
  const real = realLedger(dataDir);
  return existsSync(real.directory) || isMarked(real.directory) ? real : sampleLedger(dataDir);
}
