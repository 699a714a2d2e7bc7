/** The hostile clients of bench/siege, a process of their own: each has a shape and an address and goes on to the end. */
import { setTimeout } from 'node:timers/promises';
import { connectionShapes } from './shapes/connections.ts';
import { documentShapes } from './shapes/documents.ts';
import { streamShapes } from './shapes/streams.ts';
import type { Shape } from './target.ts';

export interface SiegeOrder {
  port: number;
  clients: number;
  seconds: number;
}

/** The attacks of one shape: how often each had which outcome. */
export interface StrikeCount {
  shape: string;
  outcomes: Record<string, number>;
}

const shapes: readonly Shape[] = [...documentShapes, ...connectionShapes, ...streamShapes];
/** Milliseconds after which an attack is no longer waited for. */
const LONGEST_MILLISECONDS = 60_000;

async function besiege({ port, clients, seconds }: SiegeOrder): Promise<StrikeCount[]> {
  const endsAt = performance.now() + seconds * 1_000;
  const counts = shapes.map(({ name }): StrikeCount => ({ shape: name, outcomes: {} }));
  const attack = async (number: number): Promise<void> => {
    const shape = shapes[number % shapes.length];
    const outcomes = counts[number % shapes.length]?.outcomes;
    if (shape === undefined || outcomes === undefined) return;
    const target = { port, address: `127.0.2.${1 + (number % 250)}` };
    while (performance.now() < endsAt) {
      const struck = shape.strike(target).catch(() => 'refused');
      const left = Math.min(LONGEST_MILLISECONDS, endsAt - performance.now());
      const outcome = await Promise.race([struck, setTimeout(left, 'no answer by the end')]);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      await setTimeout(shape.pause);
    }
  };
  await Promise.all(Array.from({ length: Math.max(clients, shapes.length) }, (_, number) => attack(number)));
  return counts;
}

// Only bench/siege sends messages, and only orders.
process.on('message', (message) => {
  void besiege(message as SiegeOrder).then((counts) => process.send?.(counts, () => process.exit()));
});
process.on('disconnect', () => process.exit());
