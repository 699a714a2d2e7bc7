/** What transports of streams need of GraphQL: subscriptions and queries through the pipeline of all operations. */
import type { ExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import type { Feed } from '../../feed/feed.ts';
import type { Sink } from '../../feed/groups/watcher.ts';
import type { Tail } from '../../feed/log/tail.ts';
import type { LoggedEvent } from '../../queries/events.ts';
import type { SharedQueries } from '../../queries/queries.ts';
import type { Viewer } from '../access/viewer.ts';
import type { PrepareDocument } from '../document/prepared-document.ts';
import { stringifyWithin } from '../execution/answer.ts';
import type { Caller } from '../execution/caller.ts';
import { operationKind, type PipelineOptions } from '../execution/pipeline.ts';
import type { OperationText } from '../http/plain-request.ts';
import type { OperatorNotice, OperatorNotices } from './operator-notices.ts';
import { createSubscriber, type Subscribe, type SubscribeRequest } from './subscriber.ts';

/** What streams are made of. */
export interface Live {
  tail: Tail<LoggedEvent>;
  feed: Feed<LoggedEvent>;
  /** What operators watch. */
  operators: { notices: OperatorNotices; feed: Feed<OperatorNotice> };
}

export interface Streams {
  /** Null for a bearer key that is nobody's. */
  readViewer(authorization: string | undefined): Viewer | null;
  /** Null for an operation that cannot be run; `subscribe` says why. */
  kindOf(operation: OperationText): OperationTypeNode | null;
  subscribe(
    operation: OperationText & Pick<SubscribeRequest, 'caller' | 'lastEventId'>,
    sink: Sink,
  ): ReturnType<Subscribe>;
  /** The result of a query as JSON, or why it was not run. */
  run(operation: OperationText, caller: Caller): Promise<string | readonly GraphQLError[]>;
}

export interface StreamParts extends PipelineOptions {
  queries: SharedQueries;
  prepare: PrepareDocument;
  answer: (operation: OperationText, caller: Caller) => Promise<ExecutionResult>;
  mostBytes: number;
  readViewer: Streams['readViewer'];
}

export function createStreams(parts: StreamParts, live: Live): Streams {
  const { prepare, answer, mostBytes } = parts;
  const subscribe = createSubscriber({ ...parts, ...live });
  return {
    readViewer: parts.readViewer,
    kindOf: ({ query, operationName }) => operationKind(prepare(query), operationName),
    subscribe: ({ query, ...request }, sink) => subscribe({ document: prepare(query), ...request }, sink),
    run: async (operation, caller) => {
      const result = await answer(operation, caller);
      return result.data === undefined ? (result.errors ?? []) : stringifyWithin(result, mostBytes);
    },
  };
}
