/** The schema: every type file is imported for its effect on the builder, then the schema is built. */
import './scalars.ts';
import './types/agency.ts';
import './types/agreement.ts';
import './types/county.ts';
import './types/event-kinds.ts';
import './types/incentive.ts';
import './types/ledger.ts';
import './types/ledger-event.ts';
import './types/funding.ts';
import './types/growth.ts';
import './types/history.ts';
import './types/node.ts';
import './types/printed-row.ts';
import './types/published-figure.ts';
import './types/review-item.ts';
import './types/search.ts';
import './types/snapshot.ts';
import './types/state.ts';
import './types/subscription.ts';
import './types/statistics.ts';
import './types/timeline.ts';
import { builder } from './builder.ts';

builder.queryType({ description: 'Everything that can be asked of the ledger.' });

export const schema = builder.toSchema();
