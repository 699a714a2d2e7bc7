/** The pages of a site about the agreements, one document each: what an honest visitor's browser asks. */

export const sitePages = {
  'map of states and counties': `{
    states { code fips name statistics { agreements agencies byModel { model agreements } } counties { fips name } }
  }`,
  'timeline by model': `{
    taskForce: timeline(interval: MONTH, from: "2025-01-01", to: "2026-12-31", filter: { models: [TASK_FORCE] }) { start agreements added ended }
    jail: timeline(interval: MONTH, from: "2025-01-01", to: "2026-12-31", filter: { models: [JAIL_ENFORCEMENT] }) { start agreements added ended }
    warrant: timeline(interval: MONTH, from: "2025-01-01", to: "2026-12-31", filter: { models: [WARRANT_SERVICE_OFFICER] }) { start agreements added ended }
  }`,
  'newest, endless and live': `query Newest($after: String) {
    agreements(first: 30, after: $after, orderBy: { field: FIRST_LISTED_AT, direction: DESC }) {
      totalCount position pageInfo { hasNextPage endCursor }
      edges { cursor node { id model status signedOn firstListedAt agency { id slug name state { code name } county { fips name } } } }
    }
  }`,
  'an agency with its evidence': `{
    agency(slug: "dallas-police") {
      id name type typePrinted printedNames state { code name } county { name } firstListedAt
      agreements(first: 10, filter: { statuses: [ACTIVE, UNLISTED, ENDED, SUPERSEDED, PENDING] }) {
        totalCount
        nodes {
          id model status signedOn signedPrinted memorandum addenda firstListedAt lastListedAt endedOn
          supersededBy { id }
          printedRows(first: 5) { totalCount nodes { rowNumber snapshot { fileName publishedAt } cells { column text link } corrections { field printed clean rule } } }
        }
      }
      ledgerEvents(last: 20) { totalCount nodes { id kind occurredAt summary } }
    }
  }`,
  'search as you type': `query Search($text: String! = "bake") {
    search(text: $text, first: 10) {
      __typename
      ... on State { id code name }
      ... on County { id fips name state { code } }
      ... on Agency { id slug name state { code } }
    }
  }`,
  'changes between two lists': `query Changes($from: Date! = "2026-01-01", $to: Date! = "2026-02-01") {
    growth(from: $from, to: $to) {
      agreements { from to change } agencies { from to change } states { from to change }
      fromSnapshot { fileName publishedAt } toSnapshot { fileName publishedAt }
    }
    snapshots(first: 2, filter: { publishedTo: $to, statuses: [ACCEPTED], kinds: [PARTICIPATING] }) {
      nodes { id fileName publishedAt ledgerEvents(first: 50) { totalCount nodes { id kind summary agency { name slug state { code } } } } }
    }
  }`,
  'two dates by state': `{
    before: statistics(asOf: "2025-01-20") { agreements agencies byState { state { code name } agreements agencies } }
    after: statistics(asOf: "2026-02-01") { agreements agencies byState { state { code name } agreements agencies } }
  }`,
  'choropleth of the counties of a state': `query Counties($code: String! = "FL") {
    state(code: $code) {
      code fips name statistics { agreements agencies }
      counties { fips name agencies(first: 0, filter: { statuses: [ACTIVE] }) { totalCount } }
    }
  }`,
  'export of everything': `query Export($after: String) {
    agreements(first: 100, after: $after, filter: null) {
      totalCount position pageInfo { hasNextPage endCursor }
      nodes {
        id model status signedOn signedPrinted firstListedAt lastListedAt endedOn memorandum addenda
        agency { id slug name type state { code } county { fips } }
      }
    }
  }`,
} as const;
