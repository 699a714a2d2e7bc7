/** Connections that send a drop at a time, and bodies without an end. */
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { SiegedServer } from '../../siege/server.ts';
import { open, post } from '../../siege/target.ts';
import { probe, question } from '../api.ts';
import { allOf, atMost, type Figure, megabytes, most, none, quantile } from '../figure.ts';
import { peakMemory, residentMemory } from '../processes.ts';

const CONNECTIONS = 3_000;
const DROP_MILLISECONDS = 4_000;

const heads = {
  headers: 'POST /graphql HTTP/1.1\r\nhost: faults\r\nx-slow: ',
  body: 'POST /graphql HTTP/1.1\r\nhost: faults\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{',
};
/** So long that one which is cut late is told with its time. */
const PATIENCE_MILLISECONDS = 90_000;
/** Beside what the server allows, the time until it looks. */
const closedWithin = { headers: 15, body: 35 };

/** Half of them never end their headers, half never their body; who is cut comes back. */
export async function sendSlowly({ port }: SiegedServer, seconds: number): Promise<Figure[]> {
  const url = `http://127.0.0.1:${port}/graphql`;
  const good = probe(url, 200, () => question('{ states { code name } }'));
  const until = performance.now() + Math.max(seconds, 40) * 1_000;
  const lived: Record<keyof typeof heads, number[]> = { headers: [], body: [] };
  const drip = async (_: unknown, number: number): Promise<void> => {
    const kind = number % 2 === 0 ? 'headers' : 'body';
    await setTimeout(number);
    while (performance.now() < until) {
      const at = performance.now();
      const socket = await open({ port, address: `127.0.4.${1 + (number % 250)}` }).catch(() => null);
      if (socket === null) return;
      socket.resume();
      const closed = new Promise<'cut'>((resolve) => socket.once('close', () => resolve('cut')));
      socket.write(heads[kind]);
      const timer = setInterval(() => socket.write('x'), DROP_MILLISECONDS);
      const left = setTimeout(PATIENCE_MILLISECONDS, 'left' as const);
      const how = await Promise.race([closed, left]);
      clearInterval(timer);
      lived[kind].push(how === 'cut' ? (performance.now() - at) / 1_000 : Number.POSITIVE_INFINITY);
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, drip));
  const answers = await good.stop();
  const what = `${CONNECTIONS} slow connections`;
  return [
    none('H5', `${what}: honest queries without an answer`, answers.filter(({ status }) => status !== 200).length),
    atMost(
      'H5',
      `${what}: honest queries, p99`,
      quantile(
        answers.map(({ milliseconds }) => milliseconds),
        0.99,
      ),
      1_000,
      'ms',
    ),
    atMost(
      'H5',
      `${lived.headers.length} with headers without end, the last one cut after`,
      most(lived.headers),
      closedWithin.headers,
      's',
    ),
    atMost(
      'H5',
      `${lived.body.length} with a body without end, the last one cut after`,
      most(lived.body),
      closedWithin.body,
      's',
    ),
  ];
}

const SENDERS = 20;

/** As fast as the network takes them; and compressed ones, which are not inflated. */
export async function sendEndlessBodies({ port, pid, memory }: SiegedServer): Promise<Figure[]> {
  await memory();
  const before = residentMemory(pid);
  const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const send = async (_: unknown, number: number): Promise<string> => {
    const socket = await open({ port, address: `127.0.5.${number + 1}` });
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: faults\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const feed = (): void => {
      if (!socket.destroyed) socket.write(piece, () => setImmediate(feed));
    };
    feed();
    await closed;
    return answer.slice(9, 12);
  };
  const bomb = gzipSync(Buffer.alloc(200_000_000, 32));
  const [statuses, peak] = await peakMemory(pid, async () => [
    ...(await Promise.all(Array.from({ length: SENDERS }, send))),
    (await post({ port, address: '127.0.5.250' }, bomb.toString('latin1'), { 'content-encoding': 'gzip' })).slice(0, 3),
  ]);
  return [
    allOf('H4', 'bodies without end refused with 413', statuses.filter((status) => status === '413').length, SENDERS),
    allOf('H4', 'a compressed bomb refused with 415', statuses.filter((status) => status === '415').length, 1),
    atMost('H4', 'resident memory grew at most by', megabytes(Math.max(0, peak - before)), 20, 'MB'),
  ];
}
