/**
 * A load generator that costs little itself: a few connections that each send a ready-made request again as soon as
 * the answer to the last is there. Answers must carry a content-length; everything else about them is ignored.
 */
import { connect, type Socket } from 'node:net';

export interface Target {
  port: number;
  body: string;
}

export interface Load {
  requests: number;
  milliseconds: number;
}

const CONNECTIONS = 8;

/** Asks for at least this long and this often. */
export async function generateLoad(target: Target, milliseconds: number, least: number): Promise<Load> {
  const request = requestBytes(target);
  const startedAt = performance.now();
  let requests = 0;
  const goOn = (): boolean => requests < least || performance.now() - startedAt < milliseconds;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, () =>
      keepAsking(target.port, request, () => {
        requests += 1;
        return goOn();
      }),
    ),
  );
  return { requests, milliseconds: performance.now() - startedAt };
}

function requestBytes({ port, body }: Target): Buffer {
  const head = [
    'POST /graphql HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function keepAsking(port: number, request: Buffer, answered: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request));
    let head: Buffer = Buffer.alloc(0);
    /** Bytes of the body that have not come; null while the head is read. */
    let missing: number | null = null;
    let done = false;
    socket.on('error', reject);
    socket.on('close', () => (done ? resolve() : reject(new Error('A server of the bench closed the connection.'))));
    socket.on('data', (chunk: Buffer) => {
      if (missing === null) {
        head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end === -1) return;
        missing = lengthOf(head.subarray(0, end).toString('latin1')) - (head.length - end - 4);
        head = Buffer.alloc(0);
      } else missing -= chunk.length;
      if (missing > 0) return;
      missing = null;
      if (answered()) socket.write(request);
      else {
        done = true;
        socket.end();
      }
    });
  });
}

function lengthOf(head: string): number {
  const length = /^content-length: *(\d+)/im.exec(head);
  if (!head.startsWith('HTTP/1.1 200') || length === null) throw new Error(`Not an answer to measure: ${head}`);
  return Number(length[1]);
}
