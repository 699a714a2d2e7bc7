/** What the references send: as long as what our server sends for the bench's operation. */
export const payload = JSON.stringify({
  data: {
    ledgerEvents: {
      ...{ __typename: 'AgreementAdded', cursor: 'AbhUpcNsBE5QkiAK8FAZ1lsAAAAAAAAJzg', kind: 'AGREEMENT_ADDED' },
      ...{ summary: 'Bench County Sheriff (Texas): task force agreement listed for the first time.' },
      agency: { name: 'Bench County Sheriff', state: { code: 'TX' } },
    },
  },
});

export const operation = `subscription Watch($states: [String!], $after: EventCursor) {
  ledgerEvents(after: $after, filter: { states: $states }) { __typename cursor kind summary agency { name state { code } } }
}`;
