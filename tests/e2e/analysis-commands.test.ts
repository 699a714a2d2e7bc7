/** The analysis in the terminal: through a running server, and alone on the same ledger. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { places } from '../../schema/places.ts';
import { runHere } from '../support/processes/command-here.ts';
import { dataDirectory, emptyLedger, runCommand, startServer } from '../support/processes/program.ts';

const figure = {
  ...{ id: 'gazette-tx', publisher: 'The Gazette', source: 'The Gazette, 2026-03-01', claim: '5 agreements in Texas' },
  ...{ value: 5, unit: 'AGREEMENTS', place: 'TX', on: '2026-02-17' },
};

/** Each state with one county of 1,000 people: made up. */
const countyEstimates = places
  .filter(({ kind }) => kind !== 'TERRITORY')
  .flatMap(({ fips, name }) => [`040,${fips},000,${name},${name},1000`, `050,${fips},001,${name},One County,1000`])
  .reduce((text, line) => `${text}${line}\n`, 'SUMLEV,STATE,COUNTY,STNAME,CTYNAME,POPESTIMATE2024\n');

test('prints figures, counts and the timeline, of a running server and without one', { timeout: 120_000 }, async () => {
  await using ledger = await emptyLedger();
  await using lists = await dataDirectory();
  await runHere(['sample', '--agencies', '100', '--lists', '8', '--out', lists.path], {});
  const run = (...args: string[]) => runHere(args, ledger.settings);
  expect((await run('stats')).stdout).toContain('No list of participating agencies is known');
  expect((await run('ingest', lists.path)).code).toBe(0);
  const alone = await runCommand(['stats', '--by', 'state', '--json'], ledger.settings);
  {
    await using server = await startServer(ledger.settings);
    expect(JSON.parse((await run('stats', '--json')).stdout)).toEqual(JSON.parse(alone.stdout));
    const told = await run('stats', '--as-of', '2026-02-17', '--by', 'type');
    expect(told.stdout).toMatch(/As of 2026-02-17, by .*participating[\s\S]*agreements in force[\s\S]*COUNTY .*█/);
    const tooEarly = await run('stats', '--as-of', '2019-01-01');
    expect(tooEarly.stdout).toMatch(
      /^No list was published on or before 2019-01-01; the first is of 202\d-\d\d-\d\d\.\n$/,
    );
    const timeline = await run('timeline', '--interval', 'week');
    expect(timeline.stdout).toMatch(/2026-02-\d\d │ \d .*█/);
    expect(JSON.parse((await run('timeline', '--interval', 'day', '--json')).stdout).points.length).toBeGreaterThan(2);
    const path = join(lists.path, 'figures.json');
    await writeFile(path, JSON.stringify([figure]));
    expect((await run('figures', 'add', path)).stdout).toContain('1 figure kept');
    expect(JSON.parse((await run('figures', '--json')).stdout).figures.at(-1)).toMatchObject({
      ...figure,
      models: null,
    });
    await writeFile(path, JSON.stringify({ ...figure, unit: 'SHERIFFS', sources: [] }));
    const refused = await run('figures', 'add', path);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/gazette-tx[\s\S]*unit/) });
    expect((await run('figures', 'remove', 'gazette-tx')).stdout).toContain('1 figure removed');
    expect((await run('figures', 'remove', 'gazette-tx')).code).toBe(1);
    const estimates = join(lists.path, 'co-est2024-alldata.csv');
    await writeFile(estimates, countyEstimates);
    const imported = await run('population', 'import', estimates);
    expect(imported.stdout).toMatch(
      /102 estimates of 2024 kept\.\nNo counties of the ledger: 02001 One County, Alaska; .*\.\nCounties without an estimate: 01003 Baldwin, AL; .* and \d+ more\.\n$/,
    );
    await writeFile(estimates, countyEstimates.slice(0, 900));
    expect(await run('population', 'import', estimates)).toMatchObject({
      ...{
        code: 1,
        stderr: expect.stringContaining('alldata.csv cannot be taken: row 25 has 4 fields where the header has 6.'),
      },
    });
    server.kill('SIGTERM');
    await server.ended;
  }
  expect((await run('figures')).stdout).toMatch(/1,168 agreements .* 2026-02-02/);
  expect(await run('stats', '--as-of', 'yesterday')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('YYYY-MM-DD'),
  });
  const backwards = await run('timeline', '--from', '2026-03-01', '--to', '2026-02-01');
  expect(backwards).toMatchObject({ code: 1, stderr: expect.stringContaining('from') });
});
