/**
 * Fields that are read for many parents at once. One function serves both ways of execution: the planned one hands
 * it all parents of a level; graphql-js asks parent by parent, and a loader of the operation gathers them.
 */
import type { GraphQLResolveInfo } from 'graphql';
import type { FieldCost } from '../document/field-cost.ts';
import type { Batch, Context } from './context.ts';

export interface BatchedField<Parent, Args, Value> {
  resolve: (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => Promise<Value>;
  /** Its batch and its FieldCost. */
  extensions: Readonly<Record<string, unknown>>;
}

/** The options that make a field batched; spread them into the field's. */
export function batched<Parent, Args, Value>(
  batch: Batch<Parent, Args, Value>,
  cost: FieldCost = {},
): BatchedField<Parent, Args, Value> {
  return {
    extensions: { batch, ...cost },
    resolve: (parent, args, context, info) => context.loaders.load(batch, parent, args, info),
  };
}
