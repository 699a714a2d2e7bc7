/** Archives that inflate to hundreds of times their size, handed in by an operator. */
import { deflateRawSync } from 'node:zlib';
import { rawArchive, workbookParts, worksheetXml, zip } from '../../../tests/unit/intake/workbook-builder.ts';
import type { SiegedServer } from '../../siege/server.ts';
import { handInBytes, probe, probeCalm } from '../api.ts';
import { allOf, atMost, type Figure, megabytes, most, quantile } from '../figure.ts';
import { peakMemory, residentMemory } from '../processes.ts';

const INFLATED_BYTES = 1_000_000_000;
/** What the allocator keeps of the first ones for the next is no leak: the second round and the last one are compared. */
const ROUNDS = 4;

export async function strikeWithBombs({ port, pid, memory }: SiegedServer): Promise<Figure[]> {
  const url = `http://127.0.0.1:${port}/graphql`;
  const sheet = 'xl/worksheets/sheet1.xml';
  const packed = deflateRawSync(Buffer.alloc(INFLATED_BYTES, 'x'));
  const small = deflateRawSync(Buffer.alloc(100_000));
  const overlapping = Array.from({ length: 100 }, (_, index) => ({
    name: `${index}`,
    packed: small,
    inflatedSize: 100_000,
  }));
  const bombs = [
    rawArchive([{ name: sheet, packed, inflatedSize: INFLATED_BYTES }]),
    rawArchive([{ name: sheet, packed, inflatedSize: 10 }]),
    rawArchive(overlapping, { isOverlapping: true }),
    zip({ 'lib 0.zip': zip({ 'lib 1.zip': zip({ a: 'a'.repeat(1_000_000) }) }) }),
    zip(Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`${index}`, '']))),
  ];
  const healthUrl = `http://127.0.0.1:${port}/healthz`;
  const calm = await probeCalm(healthUrl);
  // What reads lists is loaded by the first one.
  await handInBytes(url, 'list.xlsx', zip(workbookParts(worksheetXml())));
  const before = await held(pid, memory);
  const [lives, times]: [number[], number[]] = [[], []];
  const verdicts: string[] = [];
  const after: Held[] = [];
  const [, peak] = await peakMemory(pid, async () => {
    while (after.length < ROUNDS) {
      const looks = probe(healthUrl, 20);
      for (const [index, bytes] of bombs.entries()) {
        const at = performance.now();
        verdicts.push(await handInBytes(url, `bomb ${index}.xlsx`, bytes));
        times.push(performance.now() - at);
      }
      lives.push(...(await looks.stop()).map(({ milliseconds }) => milliseconds));
      after.push(await held(pid, memory));
    }
  });
  const [first = before, second = before] = after;
  const last = after.at(-1) ?? before;
  const more = (later: Held, than: Held): string => megabytes(later.resident - than.resident).toFixed(0);
  return [
    allOf('F1', 'bombs refused', verdicts.filter((verdict) => verdict === 'REJECTED').length, verdicts.length),
    atMost('F1', 'the longest refusal', most(times), 3_000, 'ms'),
    atMost('F1', `/healthz meanwhile, p99 (${calm.toFixed(0)} ms before)`, quantile(lives, 0.99), calm + 200, 'ms'),
    atMost(
      'F1',
      `heap and external memory after ${ROUNDS} rounds of them, beside before`,
      megabytes(last.own - before.own),
      10,
      'MB',
    ),
    atMost(
      'F1',
      `resident memory after these, beside after two (${more(first, before)} MB by the first, ${more({ ...last, resident: peak }, before)} at most)`,
      megabytes(last.resident - second.resident),
      50,
      'MB',
    ),
  ];
}

interface Held {
  resident: number;
  /** Heap and external memory of the process's own thread. */
  own: number;
}

async function held(pid: number, memory: SiegedServer['memory']): Promise<Held> {
  const { heap, external } = await memory();
  return { resident: residentMemory(pid), own: heap + external };
}
