/** The examples of GraphiQL's menu: one for each question that the schema can answer yet. It opens with the first. */

export interface Example {
  title: string;
  /** Lines of comment below the title. */
  note?: string;
  query: string;
}

const questions: readonly Example[] = [
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
    title: 'How many agreements and agencies on a date',
    query: `query HowManyOn($day: Date! = "2026-02-02") {
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
  },
  {
    title: 'Growth since the day an administration began',
    query: `query GrowthSince($from: Date! = "2025-01-20", $to: Date! = "2026-02-02") {
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
  },
  {
    title: 'The top states',
    query: `query TopStates($day: Date = "2026-02-11") {
  statistics(asOf: $day) {
    asOf
    byState(first: 5, orderBy: { field: AGREEMENTS, direction: DESC }) { state { name } agreements agencies }
  }
}`,
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
    query: `query WhatIncentivesWouldPay {
  fundingEstimate(
    input: {
      officers: { low: 13800, high: 15800 }
      agencies: 760
      salary: { low: 70000, high: 70000 }
      benefits: { low: 0.35, high: 0.35 }
      overtime: { low: 0, high: 0.25 }
      awardTier: { low: NONE, high: FROM_70_PERCENT }
    }
  ) {
    low
    high
    lines { incentive { kind source } calculation low high }
    assumptions { officers { low high } salary { low high } agencies }
  }
}`,
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
    agencies(first: 0) { totalCount }
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
    note: 'The sample ledger releases its last lists one at a time while somebody watches, the first after five seconds.\n# When all are out: stop the server, npx accord287 sample reset, and start it again.',
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
export const examples: readonly Example[] = questions.map(({ title, note, query }) => ({
  title,
  query: `# ${title}\n${note === undefined ? '' : `# ${note}\n`}${query}\n`,
}));
