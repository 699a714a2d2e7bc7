/** Two instances on a PostgreSQL of their own, one fault after the other; that which stops PostgreSQL comes last. */
import { type Cluster, startCluster } from '../../tests/support/databases/postgres-cluster.ts';
import { freePort } from '../../tests/support/processes/free-port.ts';
import { type Instance, startInstance } from '../chaos/instance.ts';
import { createLedger } from '../database/open-bench-database.ts';
import { openPublisher, type Publisher } from '../fanout/publish.ts';
import { operatorKey } from './api.ts';
import { programAsCompiled } from './endings.ts';
import type { FaultRun, Figure } from './figure.ts';
import { skewClocks } from './instances/clocks.ts';
import { commitAndDie } from './instances/commits.ts';
import { handInTwice } from './instances/lists.ts';
import { lockTables, stopDatabase } from './instances/outages.ts';
import { restartOneByOne } from './instances/restarts.ts';
import { holdTransaction } from './instances/transactions.ts';

export interface Stage {
  cluster: Cluster;
  databaseUrl: string;
  one: Instance;
  other: Instance;
  publisher: Publisher;
}

type Strike = (stage: Stage, seconds: number) => Promise<Figure[]>;

const strikes: readonly (readonly [row: string, Strike])[] = [
  ['I3', handInTwice],
  ['D3', commitAndDie],
  ['D13', holdTransaction],
  ['D6', skewClocks],
  ['D8', lockTables],
  ['D5', restartOneByOne],
  ['D1', stopDatabase],
];

export const instances: FaultRun = {
  rows: strikes.map(([row]) => row),
  run: async function* (seconds, wanted) {
    const cluster = await startCluster();
    await using _cluster = { [Symbol.asyncDispose]: cluster.stop };
    const databaseUrl = await createLedger(cluster.url, 'faults');
    const shared = { command: programAsCompiled, notify: true, databaseUrl, settings: { OPERATOR_KEYS: operatorKey } };
    await using one = startInstance({ ...shared, name: 'accord287-a', port: await freePort() });
    await using other = startInstance({ ...shared, name: 'accord287-b', port: await freePort() });
    await Promise.all([one.whenUp(), other.whenUp()]);
    await using publisher = await openPublisher(databaseUrl);
    const stage = { cluster, databaseUrl, one, other, publisher };
    for (const [row, strike] of strikes) if (wanted(row)) yield* await strike(stage, seconds);
    const troubles = [...one.troubles, ...other.troubles];
    if (troubles.length > 0) throw new Error(troubles.join('\n'));
  },
};
