/** The schema: every type file is imported for its effect on the builder, then the schema is built. */
import './scalars.ts';
import './agencies/agency.ts';
import './agencies/agreement.ts';
import './places/county.ts';
import './events/event-kinds.ts';
import './analysis/incentive.ts';
import './lists/ledger.ts';
import './events/ledger-event.ts';
import './analysis/funding.ts';
import './analysis/growth.ts';
import './analysis/history.ts';
import './node.ts';
import './lists/printed-row.ts';
import './analysis/published-figure.ts';
import './operators/review-item.ts';
import './search.ts';
import './lists/snapshot.ts';
import './places/state.ts';
import './events/subscription.ts';
import './analysis/statistics.ts';
import './analysis/timeline.ts';
import { builder } from './builder.ts';

builder.queryType({ description: 'Everything that can be asked of the ledger.' });

export const schema = builder.toSchema();
