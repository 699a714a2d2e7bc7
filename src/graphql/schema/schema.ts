/** The schema: every type file is imported for its effect on the builder, then the schema is built. */
import './scalars.ts';
import './agencies/agency.ts';
import './agencies/agreement.ts';
import './places/county.ts';
import './events/event-kinds.ts';
import './analysis/incentive.ts';
import './lists/ledger.ts';
import './events/ledger-event.ts';
import './lists/diff.ts';
import './analysis/funding.ts';
import './analysis/growth.ts';
import './analysis/history.ts';
import './node.ts';
import './lists/printed-row.ts';
import './analysis/published-figure.ts';
import './operators/audit-entry.ts';
import './operators/ingest-snapshot.ts';
import './operators/mutations.ts';
import './operators/operator-events.ts';
import './operators/review-item.ts';
import './search.ts';
import './lists/snapshot.ts';
import './places/state.ts';
import './events/subscription.ts';
import './analysis/statistics.ts';
import './analysis/timeline.ts';
import { builder } from './builder.ts';

builder.queryType({
  description:
    'Everything that can be asked of the ledger. What an operation could cost, by the sizes of its pages, is computed before it runs: too much is refused with QUERY_TOO_COMPLEX, and the more it is, the fewer run in a minute (RATE_LIMITED). Ask for pages no larger than you show.',
});

export const schema = builder.toSchema();
// The builder has no place for it.
schema.description =
  'The ledger of US 287(g) agreements: who signed what and when, what became of it, and the lists that say so. An agreement is one agency and one model. Enums may get new values and types new fields; nothing else changes without a deprecation that says what to use instead and until when.';
