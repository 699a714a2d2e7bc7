/** The scalars. Calendar days are text in and out and never pass through a JavaScript Date. */
import { type InstantText, toIsoInstant } from '../../queries/counts/instant.ts';
import { badInput } from '../../queries/refusal.ts';
import { builder } from './builder.ts';

builder.scalarType('Date', {
  description:
    'A calendar day as `YYYY-MM-DD`. It has no time zone of its own; days that come from an instant are days in New York, where the lists are published.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/local-date.html',
  serialize: (value) => value,
  parseValue: (value) => readDay(value),
});

builder.scalarType('DateTime', {
  description: 'An instant in UTC with milliseconds, in ISO 8601: `2026-02-02T14:00:00.000Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (value) => toIsoInstant(value),
  parseValue: (value) => readInstant(value),
});

builder.scalarType('URL', {
  description: 'An absolute link, as the sheet gave it once wrappers of mail programs and browsers were taken off.',
  specifiedByURL: 'https://url.spec.whatwg.org/#absolute-url-string',
  serialize: (value) => value,
  parseValue: (value) => readText('URL', value),
});

builder.scalarType('EventCursor', {
  description:
    'A place in the event log. Opaque: keep it, compare it with nothing, and give it back as `after` to go on from there. One of another log is refused with CURSOR_STALE: the ledger was restored or rebuilt, or this is another ledger (as the sample and the real one).',
  specifiedByURL: 'https://relay.dev/graphql/connections.htm#sec-Cursor',
  serialize: (value) => value,
  parseValue: (value) => readText('EventCursor', value),
});

export function readDay(value: unknown): string {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && value >= '0001') {
    const time = Date.parse(`${value}T00:00:00Z`);
    if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(value)) return value;
  }
  throw badInput('A Date is a calendar day such as 2026-02-02.');
}

function readInstant(value: unknown): InstantText {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value)) {
    const time = Date.parse(value);
    if (!Number.isNaN(time)) return new Date(time).toISOString();
  }
  throw badInput('A DateTime is an instant such as 2026-02-02T14:00:00Z.');
}

function readText(scalar: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw badInput(`${scalar} must be text.`);
}
