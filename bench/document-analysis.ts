/**
 * Question: does the analysis of a document cost no more than the document is long, whatever it is made of?
 *
 *   npx tsx bench/document-analysis.ts [--documents 200] [--seed 1] [--rounds 7]
 *
 * Runs all that happens to a document before it is executed (tokens, syntax, limits, validation, cost, plan), without
 * a memory, on ordinary documents (the examples of GraphiQL), random valid ones, and hostile ones of each shape in
 * several sizes. The least CPU time of some rounds counts, so that what else the machine does matters little.
 *
 * The length of a document is that of its text, or of the text with its fragments written out where that is longer: a
 * field of a fragment counts as often as it is spread, as many characters as a field of the ordinary documents has,
 * but not beyond the limit of fields. Linear is what ordinary documents cost: for the fixed part the least that one of
 * them took, and for each character the median of what they took beyond it.
 *
 * Columns: `characters` · `fields` written out · `us` microseconds of CPU time · `x linear` that beside the fixed part plus the
 * length at the ordinary rate. The last line names the worst; more than 3 ends with exit code 1.
 */
import { parseArgs } from 'node:util';
import { parse } from 'graphql';
import { priceOperation } from '../src/graphql/document/cost.ts';
import { createPreparer } from '../src/graphql/document/document.ts';
import { expand } from '../src/graphql/document/expansion.ts';
import { documentLimits } from '../src/graphql/document/limits.ts';
import { planOperation } from '../src/graphql/execution/plan.ts';
import { examples } from '../src/graphql/http/graphiql-examples.ts';
import { typenameOf } from '../src/graphql/schema/node.ts';
import { schema } from '../src/graphql/schema/schema.ts';
import { hostileShapes } from '../tests/support/servers/hostile-documents.ts';
import { randomQuery } from '../tests/support/servers/random-query.ts';
import { formatTable } from './support/plain-table.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '7' },
  },
});
const texts: Readonly<Record<string, string>> = { Int: '3', String: '"a"', ID: '"a"', Date: '"2025-03-01"' };

const scalar = (type: string): string | null => texts[type] ?? null;

/** CPU time of one round: a short document is analysed many times. */
const LEAST_MICROSECONDS = 3000;
/** Worse than this many times linear is a failure. */
const MOST_TIMES = 3;
main(Number(values.documents), Number(values.seed), Number(values.rounds));

interface Measured {
  name: string;
  characters: number;
  /** With fragments written out; null where the text can't be parsed. */
  fields: number | null;
  microseconds: number;
}

function main(documents: number, seed: number, rounds: number): void {
  const ordinary = examples.map(({ query }, index) => ({ name: `example ${index + 1}`, text: query }));
  const random = Array.from({ length: documents }, (_, index) => ({
    name: `random ${seed + index}`,
    text: randomQuery(seed + index, { schema, depth: 3 + (index % 6), scalar }),
  }));
  const hostile = hostileShapes.flatMap(({ name, most, make }) =>
    [0.02, 0.1, 0.3, 0.6, 1].map((share) => ({ name, text: make(Math.max(1, Math.round(most * share))) })),
  );
  for (const { text } of [...ordinary, ...random, ...hostile]) analyse(text);
  const [honest, others] = [ordinary, [...random, ...hostile]].map((each) =>
    each.map(({ name, text }) => measure(name, text, rounds)),
  );
  report(honest ?? [], others ?? []);
}

/** All that comes before execution, of the first operation as of one that is asked without a name. */
function analyse(text: string): void {
  const [operation] = createPreparer(schema)(text).operations;
  if (operation === undefined) return;
  const input = { schema, fragments: operation.fragments, variables: {} };
  const { refusal } = priceOperation(operation.node, input);
  if (refusal === null) planOperation(operation.node, { ...input, typenameOf });
}

function measure(name: string, text: string, rounds: number): Measured {
  let microseconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const start = process.cpuUsage();
    let runs = 0;
    let used = 0;
    while (used < LEAST_MICROSECONDS) {
      analyse(text);
      runs += 1;
      const { user, system } = process.cpuUsage(start);
      used = user + system;
    }
    microseconds = Math.min(microseconds, used / runs);
  }
  return { name, characters: text.length, fields: fieldsOf(text), microseconds };
}

function fieldsOf(text: string): number | null {
  try {
    return expand(parse(text, { maxTokens: 2000 })).fields;
  } catch {
    return null;
  }
}

function report(honest: readonly Measured[], others: readonly Measured[]): void {
  const fixed = Math.min(...honest.map(({ microseconds }) => microseconds));
  const rate = median(honest.map(({ microseconds, characters }) => (microseconds - fixed) / characters));
  const perField = median(honest.map(({ characters, fields }) => characters / (fields ?? 1)));
  const lengthOf = ({ characters, fields }: Measured): number =>
    Math.max(characters, Math.min(fields ?? 0, documentLimits.fields) * perField);
  const lines = others
    .map((each) => ({ ...each, ratio: each.microseconds / (fixed + rate * lengthOf(each)) }))
    .sort((left, right) => right.ratio - left.ratio);
  const rows = lines
    .slice(0, 40)
    .map(({ name, characters, fields, microseconds, ratio }) => [
      name,
      String(characters),
      fields === null ? '' : fields.toPrecision(4),
      microseconds.toFixed(0),
      ratio.toFixed(2),
    ]);
  process.stdout.write(`${formatTable(['document', 'characters', 'fields', 'us', 'x linear'], rows, 1)}\n`);
  const [worst] = lines;
  process.stdout.write(
    `Linear: ${fixed.toFixed(0)} us and ${rate.toFixed(2)} us a character, ${perField.toFixed(0)} characters a field, from ${honest.length} ordinary documents.\n` +
      `The slowest of ${lines.length} documents took ${Math.max(...lines.map(({ microseconds }) => microseconds)).toFixed(0)} us; the worst is ${worst?.ratio.toFixed(2)} x linear: ${worst?.name}.\n`,
  );
  if (worst !== undefined && worst.ratio > MOST_TIMES) process.exitCode = 1;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
