/** When an answer to an event is a TIMEOUT, and when it is asked again: told from what it ran and what it waited. */
import { setTimeout } from 'node:timers/promises';
import { buildSchema, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { NotNow } from '../../../src/feed/scheduling/answer-errors.ts';
import { createPreparer } from '../../../src/graphql/document/document.ts';
import { planOf, readyOperation } from '../../../src/graphql/execution/pipeline.ts';
import { createAnswerer } from '../../../src/graphql/subscriptions/answer-roots.ts';
import type { SubscriberOptions } from '../../../src/graphql/subscriptions/watched-operation.ts';

const DEADLINE = 60;
const signal = new AbortController().signal;
const root = (name: string) => ({ tick: { name } });

/** A subscription to one field, which is answered as told, and a log whose readings take as long as told. */
function answerer(resolve: (tick: { name: string }) => Promise<string>) {
  const schema = buildSchema('type Query { no: Int } type Subscription { tick: Tick } type Tick { name: String }');
  const type = schema.getType('Tick');
  const name = isObjectType(type) ? type.getFields().name : undefined;
  if (name === undefined) throw new Error('The schema above has it.');
  const runs: string[] = [];
  name.resolve = (tick: { name: string }) => {
    runs.push(tick.name);
    return resolve(tick);
  };
  const tail = { waited: 0, readAt: 0 };
  // What runs asks the log for nothing else, and no database.
  const options = {
    ...{
      schema,
      typenameOf: () => 'Tick',
      deadline: DEADLINE,
      mostBytes: 10_000,
      tail,
      queries: { within: () => ({}) },
    },
  } as unknown as SubscriberOptions;
  const document = createPreparer(schema)('subscription { tick { name } }');
  const ready = readyOperation(options, { document });
  if ('errors' in ready) throw ready.errors[0];
  const plan = planOf(options, ready);
  const field = plan?.fields[0];
  if (plan === null || field === undefined) throw new Error('It has a plan.');
  return {
    runs,
    tail,
    answer: createAnswerer(options, { ...ready, plan, field, args: {}, viewer: { operator: false } }),
  };
}

const sqlError = (code: string): Error => Object.assign(new Error(code), { code });
const codes = (payload: string | undefined) =>
  (JSON.parse(payload ?? '{}').errors ?? []).map((error: { extensions: { code: string } }) => error.extensions.code);

test('one that runs past the deadline is answered with TIMEOUT, and is not run again', async () => {
  const { answer, runs } = answerer(() => setTimeout(DEADLINE * 3, 'late'));
  const answered = await answer([root('one')], signal);
  expect([answered?.late, codes(answered?.payloads[0]), runs]).toEqual([true, ['TIMEOUT'], ['one']]);
  expect(JSON.parse(answered?.payloads[0] ?? '').data).toBeNull();
});

test('a statement that ran to its own limit is a TIMEOUT too, however busy the database is', async () => {
  const { answer, runs, tail } = answerer(async () => {
    tail.waited += DEADLINE;
    throw sqlError('57014');
  });
  const answered = await answer([root('one')], signal);
  expect([answered?.late, codes(answered?.payloads[0]), runs]).toEqual([true, ['TIMEOUT'], ['one']]);
});

test('several that are late together are to be asked one by one', async () => {
  const { answer, runs } = answerer(({ name }) => setTimeout(name === 'slow' ? DEADLINE * 3 : 0, name));
  expect(await answer([root('quick'), root('slow')], signal)).toBeNull();
  expect((await answer([root('quick')], signal))?.payloads).toEqual(['{"data":{"tick":{"name":"quick"}}}']);
  expect(codes((await answer([root('slow')], signal))?.payloads[0])).toEqual(['TIMEOUT']);
  expect(runs).toEqual(['quick', 'slow', 'quick', 'slow']);
});

test('where the log had to wait as well, it is asked again once the log could be read', async () => {
  let busy = true;
  const { answer, runs, tail } = answerer(({ name }) => {
    if (busy) tail.waited += DEADLINE;
    return setTimeout(busy ? DEADLINE * 3 : 0, name);
  });
  await expect(answer([root('one')], signal)).rejects.toThrow(NotNow);
  await expect(answer([root('one')], signal)).rejects.toThrow(NotNow);
  // Not before: the second time nothing ran.
  expect(runs).toEqual(['one']);
  busy = false;
  tail.readAt = performance.now();
  const answered = await answer([root('one')], signal);
  expect(answered).toEqual({ payloads: ['{"data":{"tick":{"name":"one"}}}'], late: false });
});

test('a selection that keeps the log waiting itself is excused so many times only, and then never more', async () => {
  const { answer, runs, tail } = answerer(({ name }) => {
    tail.waited += DEADLINE;
    return setTimeout(DEADLINE * 2, name);
  });
  for (let time = 1; time <= 5; time += 1) {
    await expect(answer([root('one')], signal)).rejects.toThrow(NotNow);
    tail.readAt = performance.now();
  }
  expect(codes((await answer([root('one')], signal))?.payloads[0])).toEqual(['TIMEOUT']);
  expect(codes((await answer([root('two')], signal))?.payloads[0])).toEqual(['TIMEOUT']);
  expect(runs).toHaveLength(7);
});

test.each(['ECONNREFUSED', '57P01', '55P03'])(
  'a database that answers %s is asked again, and only by the plan',
  async (code) => {
    const { answer, runs } = answerer(() => Promise.reject(sqlError(code)));
    await expect(answer([root('one')], signal)).rejects.toThrow(NotNow);
    expect(runs).toEqual(['one']);
  },
);

test('a fault is answered root by root, and what can be answered is', async () => {
  const { answer, runs } = answerer(async ({ name }) => {
    if (name === 'broken') throw new Error('a fault');
    return name;
  });
  const answered = await answer([root('whole'), root('broken')], signal);
  expect(answered?.payloads[0]).toBe('{"data":{"tick":{"name":"whole"}}}');
  expect([answered?.late, codes(answered?.payloads[1]), runs.length]).toEqual([false, ['INTERNAL'], 4]);
});
