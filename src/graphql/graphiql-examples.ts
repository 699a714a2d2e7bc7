/** The tabs that GraphiQL opens with: an example for each question that the schema can answer yet. */

interface Example {
  title: string;
  query: string;
}

const examples: readonly Example[] = [
  {
    title: 'What one agency signed, and when',
    query: `query WhatOneAgencySigned($name: String! = "County Sheriff") {
  search(text: $name, first: 1) {
    ... on Agency {
      slug
      name
      printedNames
      county { name }
      state { name }
      agreements(filter: { statuses: [ACTIVE, UNLISTED, ENDED, SUPERSEDED] }) {
        totalCount
        nodes { model status signedOn signedPrinted firstListedAt lastListedAt memorandum }
      }
    }
  }
}`,
  },
  {
    title: 'Who joined lately under the task-force model',
    query: `query WhoJoined($since: Date! = "2026-01-01") {
  agreements(
    first: 50
    filter: { models: [TASK_FORCE], listedFrom: $since }
    orderBy: { field: FIRST_LISTED_AT, direction: DESC }
  ) {
    totalCount
    position
    nodes { signedOn firstListedAt agency { name state { name } } }
    pageInfo { hasNextPage endCursor }
  }
}`,
  },
  {
    title: 'How many agreements on a day',
    query: `query HowManyOn($day: Date! = "2026-02-02") {
  agreements(filter: { inForceOn: $day }, first: 0) { totalCount }
}`,
  },
  {
    title: 'Counts by state',
    query: `query CountsByState {
  states {
    code
    name
    kind
    agencies(filter: { statuses: [ACTIVE] }, first: 0) { totalCount }
    agreements(first: 0) { totalCount }
  }
}`,
  },
  {
    title: 'A state, its agencies, their agreements',
    query: `query StateInDepth {
  state(code: "FL") {
    name
    agencies(first: 20) {
      totalCount
      nodes { name type agreements { nodes { model signedOn status } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`,
  },
  {
    title: 'Every new agreement as it is listed: run it and wait',
    query: `subscription EveryNewAgreement($states: [String!]) {
  agreementAdded(filter: { states: $states }) {
    cursor
    summary
    agreement { model signedOn memorandum }
    agency { name county { name } state { name } }
  }
}`,
  },
  {
    title: 'The newest events',
    query: `query NewestEvents {
  ledgerEvents(last: 20) {
    position
    nodes {
      __typename
      summary
      occurredAt
      provisional
      cursor
      agency { name state { code } }
      ... on AgreementCorrected { changes { field before after rule } }
    }
  }
}`,
  },
  {
    title: 'The evidence for one agreement',
    query: `query Evidence {
  agreements(first: 1) {
    nodes {
      agency { name }
      printedRows(first: 3) {
        totalCount
        nodes {
          rowNumber
          snapshot { fileName publishedAt publishedAtBasis sha256 }
          cells { column text link }
          corrections { field printed clean rule }
        }
      }
    }
  }
}`,
  },
  {
    title: 'How fresh the ledger is',
    query: `query HowFresh {
  ledger {
    revision
    sample
    lists { kind lastCheckedAt lastChangedAt held staleSince staleReason newest { fileName publishedAt } }
  }
  snapshots(first: 5) { totalCount nodes { fileName kind status publishedAt rowCount issueCount } }
}`,
  },
];

/** Variables have their defaults in the documents: GraphiQL does not show those of the tab that it opens with. */
export const exampleTabs: readonly { query: string }[] = examples.map(({ title, query }) => ({
  query: `# ${title}\n${query}\n`,
}));
