/** The tabs that GraphiQL opens with: an example for each question that the schema can answer yet. */

interface Example {
  title: string;
  query: string;
  variables?: Readonly<Record<string, unknown>>;
}

const examples: readonly Example[] = [
  {
    title: 'What one agency signed, and when',
    query: `query WhatOneAgencySigned($name: String!) {
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
    variables: { name: 'County Sheriff' },
  },
  {
    title: 'Who joined lately under the task-force model',
    query: `query WhoJoined($since: Date!) {
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
    variables: { since: '2026-01-01' },
  },
  {
    title: 'How many agreements and agencies on a date',
    query: `query HowManyOn($day: Date!) {
  statistics(asOf: $day) {
    agreements
    agencies
    states
    places
    pending
    byModel { model agreements }
    snapshot { fileName publishedAt }
    asPrinted { agreements agencies }
  }
}`,
    variables: { day: '2026-02-02' },
  },
  {
    title: 'Growth since the day an administration began',
    query: `query GrowthSince($from: Date!, $to: Date!) {
  growth(from: $from, to: $to) {
    agreements { from to change percent }
    agencies { from to change percent }
    states { from to change percent }
    asPrinted { agreements { from to percent } agencies { from to percent } }
    fromSnapshot { fileName publishedAt }
    toSnapshot { fileName publishedAt }
  }
  administrations {
    president
    startedOn
    endedOn
    start { agreements basis countedOn source }
    end { agreements basis countedOn source }
    agreements { change percent }
  }
}`,
    variables: { from: '2025-01-20', to: '2026-02-02' },
  },
  {
    title: 'The top states',
    query: `query TopStates($day: Date) {
  statistics(asOf: $day) {
    asOf
    byState(first: 5, orderBy: { field: AGREEMENTS, direction: DESC }) { state { name } agreements agencies }
  }
}`,
    variables: { day: '2026-02-11' },
  },
  {
    title: 'Does a published figure hold, and by which rule',
    query: `query DoFiguresHold {
  publishedFigures {
    claim
    publisher
    value
    unit
    place { code }
    verdict
    reproducedBy
    computed { rule value difference snapshot { fileName } }
    wouldFallBetween { earlier { on value } later { on value } }
  }
}`,
  },
  {
    title: 'What the incentives would pay under stated assumptions',
    query: `query WhatIncentivesWouldPay($input: FundingEstimateInput!) {
  fundingEstimate(input: $input) {
    low
    high
    lines { incentive { kind source } calculation low high }
    assumptions { officers { low high } salary { low high } agencies }
  }
}`,
    variables: {
      input: {
        officers: { low: 13_800, high: 15_800 },
        agencies: 760,
        salary: { low: 70_000, high: 70_000 },
        benefits: { low: 0.35, high: 0.35 },
        overtime: { low: 0, high: 0.25 },
        awardTier: { low: 'NONE', high: 'FROM_70_PERCENT' },
      },
    },
  },
  {
    title: 'The timeline by month, with milestones',
    query: `query Timeline {
  timeline(interval: MONTH) { start lists agreements agencies added ended }
  milestones { year on title source }
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

/** A tab as GraphiQL takes it. */
export interface ExampleTab {
  query: string;
  /** JSON text, as in GraphiQL's editor of variables. */
  variables?: string;
}

export const exampleTabs: readonly ExampleTab[] = examples.map(({ title, query, variables }) => ({
  query: `# ${title}\n${query}\n`,
  ...(variables === undefined ? {} : { variables: JSON.stringify(variables, null, 2) }),
}));
