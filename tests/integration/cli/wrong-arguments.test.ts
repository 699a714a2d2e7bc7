/** Arguments that cannot be used: the message says which one and where to read on, and nothing else happens. */
import { afterAll, describe, expect, it } from 'vitest';
import { runHere } from '../../support/processes/command-here.ts';
import { emptyLedger } from '../../support/processes/program.ts';

const ledger = await emptyLedger();
afterAll(() => ledger[Symbol.asyncDispose]());

describe('a wrong argument', () => {
  it.each([
    [['release', 'ID', '--reason', 'checked'], /"ID" is not the id of a list\.\n\(see accord287 release --help\)/],
    [['review', 'decide'], /required option '--reason <text>' not specified\n\(see accord287 review decide --help\)/],
    [['review', 'revoke', 'ID', '--reason', ' '], /'--reason <text>' argument ' ' is invalid. It must say why\./],
    [
      ['ingest', '.', '--published-at', 'yesterday'],
      /'--published-at <time>' argument 'yesterday' is invalid\. It must be a day or an instant, such as 2026-02-02 or/,
    ],
    [
      ['review', 'merge', 'a', 'b', '--reason', 'one'],
      /No agency has the slug or the name "a"\.\n\(see accord287 review merge --help\)/,
    ],
    [['ingest', '.', '--published-at', '2026-02-30'], /'--published-at <time>' argument '2026-02-30' is invalid/],
    [
      ['ingest', '.', '--published-at', '9026-02-02'],
      /argument '9026-02-02' is invalid. It is more than 2 days in the future\./,
    ],
    [
      ['ingest', '--manifest', 'm.csv', '--published-at', '2026-02-02'],
      /--published-at is for one list, and a manifest/,
    ],
    [['ingest', '.', '--published-at', '0206-02-02'], /argument '0206-02-02' is invalid. Section 287\(g\) is of 1996/],
    [['review', 'nonsense'], /^error: unknown command 'nonsense'\n\(see accord287 review --help\)\n$/],
    [['sample', 'nxt'], /^error: unknown command 'nxt'\n\(see accord287 sample --help\)\n$/],
    [
      ['watch', '--url', 'localhost:4711'],
      /'--url <url>' argument 'localhost:4711' is invalid\. .* such as http:\/\/localhost:4000\/graphql\.\n\(see accord287 w/,
    ],
    [['watch', '--url', 'somewhere'], /'--url <url>' argument 'somewhere' is invalid/],
    [['ingest', 'no-such-folder'], /no-such-folder\n\(see accord287 ingest --help\)/],
  ])('%j is named, with the help that says more', async (args, message) => {
    const refused = await runHere(args, ledger.settings);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });
});
