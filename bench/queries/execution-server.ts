/**
 * Reference: this program's schema behind bare node:http, run as it runs queries, by their plan (`planned`), or by
 * graphql-js with the same batches behind DataLoader (`graphql-js`): the difference is what the plans save.
 * `execution-server.ts <url> planned|graphql-js`.
 */
import { openDatabase } from '../../src/database/open.ts';
import { createPreparer } from '../../src/graphql/document/document.ts';
import { stringify } from '../../src/graphql/execution/answer.ts';
import { createContext } from '../../src/graphql/execution/create-context.ts';
import { planOf, readyOperation, runByGraphql } from '../../src/graphql/execution/pipeline.ts';
import { runPlan } from '../../src/graphql/execution/run-plan.ts';
import { typenameOf } from '../../src/graphql/schema/node.ts';
import { schema } from '../../src/graphql/schema/schema.ts';
import { createQueries } from '../../src/queries/queries.ts';
import { serve } from './serve.ts';

const [url = '', way] = process.argv.slice(2);
const queries = createQueries(await openDatabase({ kind: 'postgres', url }));
const prepare = createPreparer(schema);
const limits = {
  ...{ signal: new AbortController().signal, deadlineAt: Number.POSITIVE_INFINITY, urgent: false, atOnce: 3 },
  used: { milliseconds: 0 },
};

serve(async ({ operationName, query, variables }) => {
  const document = prepare(query);
  const ready = readyOperation({ schema }, { document, operationName, variables });
  if ('errors' in ready) throw ready.errors[0];
  const context = () => createContext(queries, { operator: false }, limits);
  const plan = way === 'planned' ? planOf({ schema, typenameOf }, ready) : null;
  if (plan !== null) return stringify({ data: await runPlan(plan, context(), ready.variables) });
  return stringify(await runByGraphql({ schema, log: undefined }, ready.operation, { variables, context }));
});
