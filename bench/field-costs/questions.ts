/** The fields of bench/field-costs, each in an operation that answers it as often as is said. */

export interface Question {
  name: string;
  query: string;
  /** How often the field is answered in it. */
  times: number;
}

const county = 'filter: { counties: ["12086"] }';
const assumed = 'officers: { low: 1, high: 2 }, salary: { low: 1, high: 2 }, benefits: { low: 0.1, high: 0.2 }';

/** One agreement as a table shows it. */
export const row = 'id model status signedOn agency { name state { code } }';

const at = (name: string, query: string, times = 1): Question => ({ name, query, times });
const ofAgencies = (below: string): string => `{ agencies(first: 100) { nodes { ${below} } } }`;
const ofAgreements = (below: string): string => `{ agreements(first: 100) { nodes { ${below} } } }`;
const ofSnapshots = (below: string): string => `{ snapshots(first: 100) { nodes { ${below} } } }`;
const ofStates = (below: string): string => `{ states { ${below} } }`;

export const questions: readonly Question[] = [
  at('agreements, a page of one', '{ agreements(first: 1) { nodes { id } } }'),
  at(
    'agreements, in force on a day',
    '{ agreements(first: 20, filter: { inForceOn: "2025-09-01" }) { nodes { id } } }',
  ),
  at('agreements, text', '{ agreements(first: 20, filter: { text: "sherif" }) { nodes { id } } }'),
  at('agencies, text', '{ agencies(first: 20, filter: { text: "sherif county" }) { nodes { id } } }'),
  at('totalCount of agreements, kept', '{ agreements(first: 0) { totalCount } }'),
  at(
    'totalCount of agreements, counted',
    '{ agreements(first: 0, filter: { statuses: [ENDED, ACTIVE] }) { totalCount } }',
  ),
  at('totalCount of agreements, text', '{ agreements(first: 0, filter: { text: "sherif" }) { totalCount } }'),
  at('totalCount of ledgerEvents', '{ ledgerEvents(first: 0) { totalCount } }'),
  at('search', '{ search(text: "sherif", first: 20) { __typename } }'),
  at('agency by slug', '{ agency(slug: "dallas-police") { id } }'),
  at('node', '{ node(id: "c3RhdGVfRkw") { id } }'),
  at('Agency.printedNames', ofAgencies('printedNames'), 100),
  at('Agency.agreements', ofAgencies('agreements(first: 1) { nodes { id } }'), 100),
  at('Agency.agreements, totalCount', ofAgencies('agreements(first: 0) { totalCount }'), 100),
  at('Agency.ledgerEvents', ofAgencies('ledgerEvents(first: 1) { nodes { id } }'), 100),
  at('Agency.ledgerEvents, totalCount', ofAgencies('ledgerEvents(first: 0) { totalCount }'), 100),
  at('Agreement.printedRows', ofAgreements('printedRows(first: 1) { nodes { rowNumber } }'), 100),
  at('Agreement.printedRows, totalCount', ofAgreements('printedRows(first: 0) { totalCount }'), 100),
  at('a printed row with its cells', ofAgreements('printedRows(first: 20) { nodes { cells { text } } }'), 2000),
  at('Agreement.ledgerEvents', ofAgreements('ledgerEvents(first: 1) { nodes { id } }'), 100),
  at('Agreement.lastListedAt', ofAgreements('lastListedAt'), 100),
  at('Agreement.supersededBy', ofAgreements('supersededBy { id }'), 100),
  at('Snapshot', ofSnapshots('id'), 100),
  at('Snapshot.rows', ofSnapshots('rows(first: 1) { nodes { rowNumber } }'), 100),
  at('Snapshot.rows, totalCount', ofSnapshots('rows(first: 0) { totalCount }'), 100),
  at('Snapshot.issues, totalCount', ofSnapshots('issues(first: 0) { totalCount }'), 100),
  at('Snapshot.ledgerEvents', ofSnapshots('ledgerEvents(first: 1) { nodes { id } }'), 100),
  at('Snapshot.ledgerEvents, totalCount', ofSnapshots('ledgerEvents(first: 0) { totalCount }'), 100),
  at('Snapshot.statistics', ofSnapshots('statistics { agreements }'), 100),
  at('Snapshot.changes', '{ snapshots(first: 10) { nodes { changes { added { totalCount } } } } }', 10),
  at('Statistics.byCounty', '{ statistics { byCounty { county { fips } agreements } } }'),
  at('Statistics.byCounty of each state', ofStates('statistics { byCounty { county { fips } agreements } }'), 56),
  at('Statistics.population', '{ statistics { population { covered } } }'),
  at('Statistics.byCounty, population', '{ statistics { byCounty { agreements } population { covered } } }'),
  at('County.population', '{ states { counties { population { people } } } }', 3235),
  at('County.statistics', '{ state(code: "TX") { counties { statistics { agreements } } } }', 254),
  at('County.agreements', '{ state(code: "TX") { counties { agreements(first: 1) { nodes { id } } } } }', 254),
  at('diff', '{ diff(from: "2025-06-02", to: "2025-12-01") { added { totalCount } } }'),
  at('Snapshot.asPrinted', ofSnapshots('asPrinted { agreements }'), 100),
  at(
    'Snapshot.asPrinted, by model and type',
    ofSnapshots('asPrinted { byModel { printed } byAgencyType { printed } }'),
    100,
  ),
  at('Snapshot.statistics.asPrinted', ofSnapshots('statistics { asPrinted { agreements } }'), 100),
  at('statistics', '{ statistics { agreements } }'),
  at('statistics as of a day', '{ statistics(asOf: "2025-09-01") { agreements } }'),
  at('statistics of a county', `{ statistics(${county}) { agreements } }`),
  at('statistics.byState', '{ statistics { byState { agreements } } }'),
  at('statistics.asPrinted', '{ statistics { asPrinted { agreements } } }'),
  at('statistics.asPrinted of a county', `{ statistics(${county}) { asPrinted { agreements } } }`),
  at('State.statistics', ofStates('statistics { agreements }'), 56),
  at('State.statistics as of a day', ofStates('statistics(asOf: "2025-09-01") { agreements }'), 56),
  at('State.statistics.asPrinted', ofStates('statistics { asPrinted { agreements } }'), 56),
  at('State.agreements', ofStates('agreements(first: 1) { nodes { id } }'), 56),
  at(
    'State.agreements, in force on a day',
    ofStates('agreements(first: 1, filter: { inForceOn: "2025-09-01" }) { nodes { id } }'),
    56,
  ),
  at('State.agencies, text', ofStates('agencies(first: 1, filter: { text: "sherif" }) { nodes { id } }'), 56),
  at('State.counties, a county', ofStates('counties { name }'), 3235),
  at('County.agencies', '{ state(code: "TX") { counties { agencies(first: 1) { nodes { id } } } } }', 254),
  at('County.agencies, totalCount', '{ state(code: "TX") { counties { agencies(first: 0) { totalCount } } } }', 254),
  at('timeline by month', '{ timeline(interval: MONTH) { agreements } }'),
  at('timeline by SIGNED, month', '{ timeline(interval: MONTH, basis: SIGNED) { agreements } }'),
  at('timeline of a county', `{ timeline(interval: MONTH, ${county}) { agreements } }`),
  at('a point of a timeline', '{ timeline(interval: DAY, from: "2016-01-01", to: "2026-11-01") { agreements } }', 3958),
  at(
    'State.timeline by month',
    ofStates('timeline(interval: MONTH, from: "2025-02-01", to: "2026-04-30") { agreements }'),
    56,
  ),
  at('growth', '{ growth(from: "2025-03-01", to: "2025-09-01") { agreements { change } } }'),
  at('growth.asPrinted', '{ growth(from: "2025-03-01", to: "2025-09-01") { asPrinted { agreements { change } } } }'),
  at('administrations', '{ administrations { president } }'),
  at('publishedFigures', '{ publishedFigures { name } }'),
  at('publishedFigures.wouldFallBetween', '{ publishedFigures { wouldFallBetween { earlier { value } } } }'),
  at('fundingEstimate', `{ fundingEstimate(input: { ${assumed} }) { low } }`),
  at('ledger.lists', '{ ledger { lists { kind } } }'),
  at('introspection, the fields of all types', '{ __schema { types { name fields { name type { name } } } } }'),
  at('introspection, three lists deep', '{ __schema { types { fields { type { fields { type { name } } } } } } }'),
];
