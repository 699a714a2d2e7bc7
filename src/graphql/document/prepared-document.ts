/** A document that was parsed, checked and validated: its operations, and what is remembered of each. */
import type { DocumentNode, GraphQLError, OperationDefinitionNode } from 'graphql';
import type { OperationPlan } from '../execution/plan.ts';
import type { Fragments } from '../execution/selection.ts';
import type { Price } from './cost.ts';

export interface Operation {
  node: OperationDefinitionNode;
  document: DocumentNode;
  fragments: Fragments;
  /** Variables that decide about `@skip` and `@include`: each combination has a plan of its own. */
  switches: readonly string[];
  plans: Map<string, OperationPlan | null>;
  /** Variables that a cost may depend on: each combination has a cost of its own. */
  sizes: readonly string[];
  /** The same for those of filters, of which it only matters whether they search names. */
  filters: readonly string[];
  prices: Map<string, Price>;
}

/** Either operations to run, or the errors that say why there are none. */
export type PreparedDocument =
  | { document: DocumentNode; operations: readonly Operation[]; errors: null }
  | { document: DocumentNode | null; operations: readonly []; errors: readonly GraphQLError[] };

export type PrepareDocument = (text: string) => PreparedDocument;
