/** `dying-writer.ts URL AGENCY NUMBER`: commits one event and kills itself as soon as the commit is acknowledged. */
import { openDatabase } from '../../../src/database/open.ts';
import { appendBenchEvents, benchEvent } from '../../fanout/publish.ts';

const [url = '', agencyId = '', number = ''] = process.argv.slice(2);
/** Apart from those of the publisher, whose numbers begin with 1. */
const FIRST = 1_000_000;
const { db } = await openDatabase({ kind: 'postgres', url, poolSize: 1 });
await appendBenchEvents(db, [benchEvent(agencyId, FIRST + Number(number), 'TX')], () => {});
process.kill(process.pid, 'SIGKILL');
