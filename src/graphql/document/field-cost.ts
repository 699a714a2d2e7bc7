/**
 * What fields cost, declared where they are defined, in their `extensions`. The unit is what reading one agreement of
 * a page costs, which was 23 microseconds of CPU time of the server and PostgreSQL together when the weights were set;
 * `bench/field-costs.ts` measures them. An object costs one unit. What costs more says so, in round numbers:
 *
 *     field, answered once                      units measured, with all lists from 2010 to 2026
 *     a page at the root; with `text`           20 to 250; 100 to 180
 *     search                                    600
 *     totalCount; of `text`; of rows of lists   1 to 40; 210; 20
 *     statistics; of a list; of a state         190 to 370; 170; 5 to 7
 *     asPrinted; with its models or types       50 to 180; 50 more for each
 *     timeline; of a state; each point          180 to 360; 10; less than 1
 *     diff; changes of a list                   2,000; 2,500
 *     byCounty; of all states together          450; 500
 *     statistics, agreements of a county        4, 20
 *     population of statistics                  300
 *     growth; as printed                        270; 970
 *     administrations; publishedFigures         400; 1,300
 *     ledgerEvents of an agency                 60
 *     printedRows, distinct; printedNames       6, up to 200; 3
 *     a county; an object of introspection      less than 0.1
 */
import type { GraphQLField } from 'graphql';

/** The arguments that a cost may depend on: what the remembered cost of an operation goes by. */
export interface CostArguments {
  first?: unknown;
  last?: unknown;
  from?: unknown;
  to?: unknown;
  interval?: unknown;
  distinct?: unknown;
  /** Whether names are searched: the filter has a `text`. */
  hasText: boolean;
}

/** Their names in the schema, but for those of filters. */
export const costArguments: ReadonlySet<string> = new Set(['first', 'last', 'from', 'to', 'interval', 'distinct']);

/** `among`: the field is answered for so many different parents, which share out what one statement reads for all. */
export type Units = number | ((args: CostArguments, among: number) => number);

/** In the `extensions` of a field. Left out: no units of its own, and one object, or a page of them. */
export interface FieldCost {
  /** Units for each time that it is answered, its objects not counted. */
  units?: Units;
  /** Objects in its list. */
  atMost?: Units;
  /** Units of one object; one when left out, less for what is in memory. */
  each?: number;
  /** Its objects are all different, for different parents too: what they share out is no more than there is. */
  distinct?: true;
  /** One object for each row of the page: the node itself, or an edge, which only carries it. */
  perRow?: 'edge' | 'node';
  /** Of a connection: units of its `totalCount`; one when left out. */
  countUnits?: Units;
  /** It is the `totalCount` of a connection. */
  isCount?: true;
}

export const costOfField = (field: GraphQLField<unknown, unknown>): FieldCost =>
  // Extensions are what the schema's files say; a test holds each of them to this type.
  field.extensions as FieldCost;

/** The price of a page at the root, and of its `totalCount`. */
export const rootPage = {
  units: ({ hasText }) => (hasText ? 100 : 20),
  countUnits: ({ hasText }) => (hasText ? 200 : 40),
} satisfies FieldCost;

/** The same for a page of each parent: one statement reads them all. */
export const pageOfParent = {
  units: ({ hasText }) => (hasText ? 10 : 3),
  countUnits: ({ hasText }) => (hasText ? 20 : 3),
} satisfies FieldCost;
