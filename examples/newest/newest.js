/**
 * An endless list of the newest agreements in force, with live changes: no agreement is missed, and none stands twice.
 * It needs nothing but `fetch` and `EventSource`.
 */

const page = `query Newest($after: String) {
  agreements(first: 50, after: $after, orderBy: { field: FIRST_LISTED_AT, direction: DESC }) {
    position
    nodes { id model signedOn agency { id name state { name } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const changes = `subscription Changes($after: EventCursor) {
  ledgerEvents(after: $after) {
    cursor
    kind
    standing { agreementId status signedOn agencyId agencyName gone state { name } }
    agreement { model }
  }
}`;

/**
 * @param {{ url: string, onChange: () => void, EventSource?: typeof globalThis.EventSource }} options
 */
export function openNewest({ url, onChange, EventSource = globalThis.EventSource }) {
  /** What is shown, the newest first. */
  let rows = [];
  /** What events said last of an agreement: a page that was read before must not say otherwise. */
  let told = new Map();
  let place = { hasNextPage: true, endCursor: null };
  let source = null;
  let loading = null;
  let beginning = 0;

  async function load() {
    const began = beginning;
    const body = JSON.stringify({ query: page, variables: { after: place.endCursor } });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { data, errors } = await response.json();
    if (began !== beginning) return;
    if (errors) throw new Error(errors[0].message);
    const { nodes, pageInfo, position } = data.agreements;
    place = pageInfo;
    const shown = new Set(rows.map(({ id }) => id));
    // What an event named is shown on top already, or no longer in force.
    rows = [...rows, ...nodes.map(toRow).filter(({ id }) => !shown.has(id) && !told.has(id))];
    if (source === null) listen(position);
    onChange();
  }

  function listen(after) {
    const query = new URLSearchParams({ query: changes, variables: JSON.stringify({ after }) });
    source = new EventSource(`${url}?${query}`);
    source.addEventListener('next', ({ data }) => {
      const { data: event, errors } = JSON.parse(data);
      // Such as CURSOR_STALE: the ledger is another, or its history changed.
      if (errors || event.ledgerEvents.kind === 'HISTORY_CHANGED') restart();
      else apply(event.ledgerEvents);
    });
  }

  function apply({ standing, agreement }) {
    if (standing === null) return;
    const { agreementId: id, agencyId, agencyName: agency, status, signedOn, gone } = standing;
    const state = standing.state.name;
    if (id === null) {
      rows = rows.map((row) => (row.agencyId === agencyId ? { ...row, agency, state } : row));
    } else {
      told.set(id, status);
      const known = rows.find((row) => row.id === id);
      const row = { ...known, id, agencyId, agency, state, signedOn, model: known?.model ?? agreement?.model ?? null };
      if (gone || status !== 'ACTIVE') rows = rows.filter((each) => each.id !== id);
      else if (known) rows = rows.map((each) => (each.id === id ? row : each));
      else rows = [row, ...rows];
    }
    onChange();
  }

  function restart() {
    close();
    [rows, told, place] = [[], new Map(), { hasNextPage: true, endCursor: null }];
    const began = beginning;
    const again = () => began === beginning && restart();
    loadMore().catch(() => setTimeout(again, 2_000));
  }

  /** The next page; a second call while one is loading waits for the same. */
  function loadMore() {
    if (!place.hasNextPage) return Promise.resolve();
    loading ??= load().finally(() => {
      loading = null;
    });
    return loading;
  }

  function close() {
    beginning += 1;
    source?.close();
    source = null;
    loading = null;
  }

  return {
    get rows() {
      return rows;
    },
    get isComplete() {
      return !place.hasNextPage;
    },
    loadMore,
    close,
  };
}

const toRow = ({ id, model, signedOn, agency }) => ({
  ...{ id, model, signedOn, agencyId: agency.id, agency: agency.name, state: agency.state.name },
});
