/** A subscription on its way to the feed, and what answering it takes. */
import type { Feed } from '../../feed/feed.ts';
import type { Tail } from '../../feed/log/tail.ts';
import type { LoggedEvent } from '../../queries/events.ts';
import type { SharedQueries } from '../../queries/queries.ts';
import type { Viewer } from '../access/viewer.ts';
import type { PipelineOptions, ReadyOperation } from '../execution/pipeline.ts';
import type { FieldPlan, TypePlan } from '../execution/plan.ts';
import type { OperatorNotice, OperatorNotices } from './operator-notices.ts';

/** A subscription that may run. */
export interface WatchedOperation<Args = unknown> extends ReadyOperation {
  plan: TypePlan;
  field: FieldPlan;
  args: Args;
  viewer: Viewer;
}

export interface SubscriberOptions extends PipelineOptions {
  queries: SharedQueries;
  tail: Tail<LoggedEvent>;
  feed: Feed<LoggedEvent>;
  operators: { notices: OperatorNotices; feed: Feed<OperatorNotice> };
  /** Bytes that an answer may have. */
  mostBytes: number;
}
