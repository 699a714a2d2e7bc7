/** Arguments that cannot be used: the message says which one and where to read on, and nothing else happens. */
import { describe, expect, it } from 'vitest';
import { emptyLedger, runCommand } from '../support/program.ts';

describe('a wrong argument', () => {
  it.each([
    [['release', 'ID', '--reason', 'checked'], /"ID" is not the id of a list\.\n\(see accord287 release --help\)/],
    [['review', 'decide'], /required option '--reason <text>' not specified\n\(see accord287 review decide --help\)/],
    [['review', 'revoke', 'ID', '--reason', ' '], /'--reason <text>' argument ' ' is invalid. It must say why\./],
    [['ingest', 'no-such-folder'], /no-such-folder\n\(see accord287 ingest --help\)/],
  ])('%j is named, with the help that says more', async (args, message) => {
    await using ledger = await emptyLedger();
    const refused = await runCommand(args, ledger.settings);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });
});
