/** `accord287 watch`: prints the events of a server as they are committed, and reconnects by itself. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type EventKind, eventKinds, type Model, models } from '../../../schema/enums.ts';
import { placeByCode } from '../../../schema/places.ts';
import { loadConfig } from '../../config.ts';
import { printLine, printNote } from '../output/print.ts';
import type { WatchedEvent } from '../watch-feed.ts';

interface WatchOptions {
  url?: string;
  state: string[];
  model: Model[];
  kind: EventKind[];
  after?: string;
  history?: boolean;
  json?: boolean;
}

export function addWatch(program: Command): void {
  program
    .command('watch')
    .description('follow the log of events as it grows; goes on by itself after a lost connection')
    .option('--url <url>', 'API to follow; the server of the settings if left out', readUrl)
    .option('--state <code>', 'only of this place, such as FL; may be repeated', collectState, [])
    .addOption(choice('--model <model>', 'only of this model; may be repeated', models))
    .addOption(choice('--kind <kind>', 'only events of this kind; may be repeated', eventKinds))
    .option('--after <cursor>', 'begin after this place in the log instead of now')
    .option('--history', 'also events that were history already when they were recorded')
    .option('--json', 'print each event as a line of JSON')
    .action(async (options: WatchOptions) => {
      // Read only when it is wanted, since no other command speaks GraphQL.
      const { FeedRefused, watchFeed } = await import('../watch-feed.ts');
      const stopping = new AbortController();
      process.once('SIGINT', () => stopping.abort());
      process.once('SIGTERM', () => stopping.abort());
      // The reader closed the pipe and may not have seen the last event, so its cursor is not offered for resuming.
      const unread = new AbortController();
      process.stdout.once('error', () => {
        unread.abort();
        stopping.abort();
      });
      let last = options.after;
      const following = (cursor: string): void => {
        last = cursor;
      };
      try {
        for await (const event of watchFeed(toRequest(options), stopping.signal, printNote, following)) {
          following(event.cursor);
          if (options.json === true) process.stdout.write(`${JSON.stringify(event)}\n`);
          else printLine(describe(event));
        }
      } catch (error) {
        if (!(error instanceof FeedRefused)) throw error;
        printNote(`accord287: ${error.message}`);
        // The API's message is written for programs that query first.
        if (error.code === 'CURSOR_STALE') printNote('Start watch again without --after: it then follows from now on.');
        // A refused cursor is not offered for resuming.
        last = undefined;
        process.exitCode = 1;
      }
      if (last !== undefined && !unread.signal.aborted) printNote(`To go on from here: --after ${last}`);
    });
}

function toRequest({ url, state, model, kind, after, history }: WatchOptions) {
  const { host, port } = loadConfig().http;
  return {
    url: url ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}/graphql`,
    after: after ?? null,
    includeBackfill: history === true,
    filter: {
      ...(state.length > 0 && { states: state }),
      ...(model.length > 0 && { models: model }),
      ...(kind.length > 0 && { kinds: kind }),
    },
  };
}

/** Adds the path of the API where the URL has none. */
function readUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !/^(http|ws)s?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('It must be an http or https address, such as http://localhost:4000/graphql.');
  }
  if (url.pathname === '/') url.pathname = '/graphql';
  // The URL of a WebSocket must not have a fragment.
  url.hash = '';
  return url.href;
}

function describe({ occurredAt, kind, provisional, backfill, summary }: WatchedEvent): string {
  const marks = [...(provisional ? ['provisional'] : []), ...(backfill ? ['history'] : [])];
  const marked = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
  return `${occurredAt.slice(0, 16).replace('T', ' ')} UTC  ${kind}${marked}  ${summary}`;
}

function choice(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description)
    .choices([...values])
    .argParser((given: string, before: string[]) => {
      const value = given.toUpperCase().replaceAll('-', '_');
      if (!values.includes(value)) throw new InvalidArgumentError(`It must be one of ${values.join(', ')}.`);
      return [...before, value];
    })
    .default([]);
}

function collectState(given: string, before: string[]): string[] {
  const code = given.toUpperCase();
  if (!placeByCode.has(code)) throw new InvalidArgumentError('It must be the code of a state, DC or a territory.');
  return [...before, code];
}
