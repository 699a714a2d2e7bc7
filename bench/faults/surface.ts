/** What comes over the network at one embedded server with its limits as shipped, one fault after the other. */
import { openGround } from '../siege/ground.ts';
import { type SiegedServer, startSiegedServer } from '../siege/server.ts';
import { operatorKey } from './api.ts';
import type { FaultRun, Figure } from './figure.ts';
import { strikeWithBombs } from './surface/bombs.ts';
import { churnSubscriptions } from './surface/churn.ts';
import { analyseHostileDocuments, attackWithDocuments } from './surface/documents.ts';
import { sendEndlessBodies, sendSlowly } from './surface/slow.ts';

type Strike = (server: SiegedServer, seconds: number) => Promise<Figure[]>;

const strikes: readonly (readonly [rows: readonly string[], Strike])[] = [
  [['Q1', 'Q7'], attackWithDocuments],
  [['Q6'], analyseHostileDocuments],
  [['H4'], sendEndlessBodies],
  [['H5'], sendSlowly],
  [['F1'], strikeWithBombs],
  [['W7'], churnSubscriptions],
];

export const surface: FaultRun = {
  rows: strikes.flatMap(([rows]) => rows),
  run: async function* (seconds, wanted) {
    await using ground = await openGround('embedded');
    await using server = await startSiegedServer({ ...ground.ledger, OPERATOR_KEYS: operatorKey });
    for (const [rows, strike] of strikes) if (rows.some(wanted)) yield* await strike(server, seconds);
    if (server.ended !== null) throw new Error(`The server ${server.ended}: ${server.errors.join('\n')}`);
  },
};
