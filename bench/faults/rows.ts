/** Every fault and threat that the program must stand, by its id, and the tests that hold it; the runs add what they measure. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';

export interface Row {
  id: string;
  fault: string;
  /** Files of tests, each with words of the test that holds the row. */
  tests: readonly (readonly [file: string, words: string])[];
  /** Why something of it is neither held by a test nor measured. */
  open?: string;
}

const limits = 'tests/integration/graphql/limits.test.ts';
const http = 'tests/integration/server/http-server.test.ts';
const sockets = 'tests/integration/feed/sockets.test.ts';
const hostileFiles = 'tests/unit/intake/hostile-files.test.ts';
const oddWorkbooks = 'tests/unit/intake/odd-workbooks.test.ts';
const readList = 'tests/unit/intake/read-list.test.ts';
const apply = 'tests/integration/ledger/apply.test.ts';
const follow = 'tests/integration/operations/follow.test.ts';
const streams = 'tests/integration/feed/streams.test.ts';
const server = 'tests/e2e/server.test.ts';

const noWebhooks = 'subscribers have no webhooks; the operator’s goes to the one address of the settings';

const held = (id: string, fault: string, ...tests: Row['tests']): Row => ({ id, fault, tests });

export const rows: readonly Row[] = [
  held('Q1', 'pages of a hundred on every level', [limits, 'a hundred rows on every level']),
  held('Q2', 'a page size by variable, default, fragment', [limits, 'however the page size is given']),
  held('Q3', 'thousands of fields, hundreds of aliases', [limits, '300 aliases of __typename']),
  held('Q4', 'directives by the thousand', [limits, '5,000 directives']),
  held('Q5', 'a thousand operations in an array', [limits, 'a batch of operations is refused']),
  held(
    'Q6',
    'fragments in rings, bombs, odd names',
    ['tests/unit/graphql/document-analysis.test.ts', 'all spreading all'],
    [limits, 'a bomb of fragments spread twice each'],
    [limits, 'a fragment called like introspection'],
  ),
  held('Q7', 'a thousand copies of one field', [limits, '1,000 duplicates']),
  held('Q8', 'lists and selections 20,000 deep', [limits, 'nested selections or lists']),
  held(
    'Q9',
    'variables too long, too deep, named like prototypes',
    [limits, 'keys of the prototype are ignored'],
    [limits, 'deep JSON is refused'],
    [http, 'refuses a body that says it is too long'],
  ),
  held('Q10', 'page sizes out of range', [limits, 'page sizes (Q10)']),
  held(
    'Q11',
    'forged, foreign, stale and future cursors',
    ['tests/integration/graphql/hostile-text.test.ts', 'that are no cursors are BAD_CURSOR'],
    ['tests/integration/graphql/hostile-text.test.ts', 'with a flipped bit'],
    ['tests/unit/feed/cursor.test.ts', 'refuses every change of one character'],
  ),
  held(
    'Q12',
    'introspection, deep and repeated',
    [limits, 'the usual introspection query is answered'],
    ['tests/unit/graphql/cost.test.ts', 'introspection'],
  ),
  held('Q13', 'an error with secrets in it', ['tests/integration/graphql/access.test.ts', 'a fault']),
  held(
    'Q14',
    'SQL, NUL, lone surrogates in every text',
    ['tests/integration/graphql/hostile-text.test.ts', 'takes any text without a fault'],
    ['tests/integration/graphql/hostile-operations.test.ts', 'serverErrors'],
  ),
  held('Q15', 'a statement for each row', ['tests/integration/graphql/statements.test.ts', '(Q15)']),
  held(
    'Q16',
    'random valid operations',
    ['tests/integration/graphql/random-queries.test.ts', 'no valid query is a fault'],
    ['tests/integration/graphql/hostile-operations.test.ts', 'no valid operation is a fault'],
  ),
  held('H1', 'GraphQL over HTTP, audit by audit', ['tests/integration/graphql/contract.test.ts', 'serverAudits']),
  held(
    'H2',
    'forms of a foreign site',
    [http, 'which a browser would send to a foreign site'],
    ['tests/integration/server/roles.test.ts', 'by GET, which a link can send'],
  ),
  held('H3', 'a foreign origin with credentials', [http, 'never with credentials']),
  held(
    'H4',
    'bodies without end, compressed bombs',
    [http, 'refuses an endless chunked body'],
    [http, 'refuses a compressed body'],
  ),
  held('H5', 'headers and bodies by the drop', [http, 'has limits of its own']),
  held(
    'H6',
    'forged log lines, secrets in logs and answers',
    [http, 'could forge a log line'],
    ['tests/e2e/secrets.test.ts', 'nothing that is secret'],
  ),
  held(
    'H7',
    'keys guessed by time or by a part',
    ['tests/unit/graphql/key-ring.test.ts', 'a part of a key'],
    ['tests/integration/operations/audit.test.ts', 'kept as a hash'],
  ),
  held('W1', 'sockets that never say anything', [sockets, '(W1)']),
  held(
    'W2',
    'floods, garbage, huge frames on a socket',
    [sockets, '(W2)'],
    ['tests/integration/feed/socket-ids.test.ts', 'floods'],
  ),
  held('W3', 'a bad operation among good ones', [sockets, '(W3)']),
  held('W4', 'watchers that do not read', [
    'tests/integration/feed/unread-streams.test.ts',
    'who reads has every event',
  ]),
  held('W5', 'thousands of events of one list', ['tests/integration/feed/crowd.test.ts', 'a burst of 2,000 events']),
  held('W6', 'clients that are gone without a word', [sockets, '(W6)']),
  held(
    'W7',
    'subscriptions that come and go',
    [sockets, 'a thousand subscriptions that come and go'],
    ['tests/integration/server/leaks.test.ts', 'subscriptions over a WebSocket'],
  ),
  held('W8', 'an EventSource whose connection is cut', ['tests/integration/feed/event-stream.test.ts', '(W8)']),
  held('W9', 'all watchers coming back at once'),
  held('F1', 'archives that inflate, honest or lying', [hostileFiles, 'a bomb']),
  held(
    'F2',
    'document types and entities in a sheet',
    [hostileFiles, 'through a document type is refused'],
    [oddWorkbooks, 'a document type that UTF-16 hides'],
  ),
  held(
    'F3',
    'far cells, merged cells, a million rows',
    [hostileFiles, 'with the far cell'],
    [hostileFiles, 'a million merged cells'],
    [hostileFiles, 'a million empty rows'],
  ),
  held(
    'F4',
    'headings of prototypes, macros, passwords, other formats',
    [readList, "'__proto__', 'constructor'"],
    [hostileFiles, 'a workbook with macros'],
    [hostileFiles, 'a table saved as a web page'],
    [oddWorkbooks, 'without a saved result'],
  ),
  held(
    'F5',
    'columns missing, renamed, reordered; other encodings',
    ['tests/unit/intake/round-trip.test.ts', 'reads back every cell and link'],
    [readList, 'must have %s'],
    [readList, '1904'],
    ['tests/unit/intake/text-table.test.ts', 'UTF-16'],
  ),
  held(
    'F6',
    'a file that is cut off anywhere',
    [hostileFiles, 'cut at %i % is refused'],
    ['tests/unit/intake/text-table.test.ts', 'cut anywhere but between two rows'],
    [apply, 'and changes nothing else'],
    [follow, 'a file that breaks off'],
  ),
  {
    ...held('F7', 'formulas in exported tables'),
    open: 'no spreadsheet is written: answers are JSON, and originals are given as they came',
  },
  held(
    'F8',
    'names of files that lead elsewhere',
    ['tests/integration/server/mutations.test.ts', 'stays in its folder'],
    ['tests/integration/server/files.test.ts', 'under another name, hash or path'],
    [hostileFiles, 'names entries outside itself'],
  ),
  held(
    'I1',
    'a file twice',
    ['tests/integration/ledger/guard.test.ts', 'known bytes'],
    [apply, 'answers the same table at the same publication'],
  ),
  held(
    'I2',
    'a table saved again, or an earlier one posted anew',
    [readList, 'of the table ignore hidden flags'],
    ['tests/unit/ledger/derive.test.ts', 'takes a revert as what it is'],
  ),
  held('I3', 'a file at two instances at once'),
  held('I4', 'kill -9 of ingest', ['tests/e2e/crash.test.ts', 'leaves whole lists only']),
  held(
    'I5',
    'lists in any order of arrival',
    [apply, 'inEveryOrder'],
    ['tests/unit/ledger/fold.test.ts', 'in any order of arrival'],
  ),
  held(
    'I6',
    'a list that lacks most of its rows',
    [apply, 'an empty sheet'],
    ['tests/integration/ledger/mutations.test.ts', 'ends nothing that the true list prints'],
  ),
  held('I7', 'a row that is gone for a day', ['tests/unit/ledger/derive.test.ts', 'is undone when it is listed again']),
  held(
    'I8',
    'one bad row among good ones',
    [apply, 'reports one key twice on a sheet'],
    ['tests/integration/ledger/shield.test.ts', 'neither unlists nor ends'],
  ),
  held('I9', 'hundreds of new rows at once', [apply, 'more than 200 added'], [apply, 'never holds the first list']),
  held(
    'I10',
    'a source that errs, redirects, drips or does not end',
    [follow, 'a redirect loop, a redirect to within'],
    ['tests/integration/operations/alarms.test.ts', 'a source that is not seen for hours'],
  ),
  held('D1', 'PostgreSQL stopped at once for 6 s', ['tests/integration/database/outage.test.ts', 'recovers by itself']),
  held('D2', 'LISTEN sessions killed, or no notifications', [streams, 'with and without wake-ups']),
  held('D3', 'kill -9 directly after a commit'),
  held('D4', 'instances ended and killed under 1,000 watchers', [
    'tests/e2e/chaos.test.ts',
    'every watcher has every event once',
  ]),
  held(
    'D5',
    'SIGTERM under load',
    [sockets, 'tells its sockets 1012'],
    [server, 'finishes a request that is under way'],
  ),
  held('D6', 'a clock that is wrong by an hour, and jumps', [streams, 'in the order of their commits']),
  held(
    'D7',
    'a full disk',
    ['tests/integration/operations/alarms.test.ts', 'a disk that is nearly full'],
    ['tests/unit/operations/describe-failure.test.ts', 'is told by its reason'],
    ['tests/integration/graphql/access.test.ts', 'of a full disk is UNAVAILABLE'],
  ),
  held(
    'D8',
    'every connection of the pool taken',
    ['tests/unit/server/running-operations.test.ts', 'who waited too long'],
    [limits, 'a query that waits too long is given up'],
  ),
  held('D9', 'tables changed beside an older version', [
    'tests/integration/database/beside-others.test.ts',
    'queries do not wait behind it',
  ]),
  held(
    'D10',
    'a ledger restored from a backup',
    ['tests/integration/feed/restored-log.test.ts', 'refuses what it gave out before'],
    ['tests/integration/database/backup.test.ts', 'into an empty database'],
  ),
  held(
    'D11',
    'two processes on one folder',
    ['tests/integration/database/directory-lock.test.ts', 'refuses a second owner'],
    [server, 'refuses to share an embedded ledger'],
  ),
  held('D12', 'kill -9 of an embedded server', [
    'tests/integration/database/embedded-acknowledged.test.ts',
    'loses nothing that was acknowledged',
  ]),
  held('D13', 'a transaction that stays open'),
  held('D14', 'a fault that nobody caught', [server, 'logs a fault that nobody caught']),
  held(
    'D15',
    'an event loop that stands still',
    [http, 'is not ready while the event loop stalls'],
    ['tests/integration/server/watchdog.test.ts', 'ends a process whose loop stands still'],
  ),
  {
    ...held('D16', 'mixed load for long', ['tests/integration/server/leaks.test.ts', 'heapAfterCollection']),
    open: 'eight hours; the run is as long as --seconds says',
  },
  held(
    'S1',
    'addresses of the source that lead within',
    ['tests/unit/follow/allowed-address.test.ts', 'where it may not'],
    ['tests/unit/follow/fetch-file.test.ts', 'connects to the hosts that were checked'],
    [follow, 'a redirect to within'],
  ),
  { ...held('S2', 'webhooks that lead within'), open: noWebhooks },
  {
    ...held('S3', 'receivers of webhooks that fail', [
      'tests/integration/operations/alarms.test.ts',
      'what the webhook does not take',
    ]),
    open: noWebhooks,
  },
  { ...held('S4', 'signatures forged or replayed'), open: noWebhooks },
  {
    ...held('S5', 'packages with faults of their own', [
      'tests/architecture/documented.test.ts',
      'pins every dependency exactly',
    ]),
    open: 'npm audit asks the registry: by hand',
  },
  held('S6', 'acts by whoever may not', ['tests/integration/server/roles.test.ts', 'the matrix has every mutation']),
];

/** A sentence for each file that is not there, and for each that has not the words of its test. */
export function missingTests({ id, tests }: Pick<Row, 'id' | 'tests'>): string[] {
  return tests.flatMap(([file, words]) => {
    const path = join(packageRoot(), file);
    if (!existsSync(path)) return [`${id}: there is no ${file}.`];
    return readFileSync(path, 'utf8').includes(words) ? [] : [`${id}: ${file} has no "${words}".`];
  });
}
