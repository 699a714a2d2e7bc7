/**
 * A client of graphql-transport-ws with as little as it takes, so that ten thousand of them leave their core to what
 * is measured: it connects, subscribes, counts `next` messages and answers pings.
 */
import { connect, type Socket } from 'node:net';

export interface WatcherSocket {
  socket: Socket;
  /** Counts of messages so far. */
  received: number;
  /** Messages that came after one that stands later in the log. */
  disordered: number;
}

export interface Subscribing {
  port: number;
  /** Of this machine's loopback; only Linux has more of them than 127.0.0.1 from the start. */
  localAddress: string;
  id: string;
  query: string;
  variables: Record<string, unknown>;
  onNext: (at: number) => void;
  onClose: () => void;
}

/** Resolves when the server has taken the subscription. */
export function openWatcher(options: Subscribing): Promise<WatcherSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: options.port, host: '127.0.0.1', localAddress: options.localAddress });
    const watcher: WatcherSocket = { socket, received: 0, disordered: 0 };
    let last = 0n;
    let rest: Buffer = Buffer.alloc(0);
    let upgraded = false;
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once('close', options.onClose);
    socket.once('connect', () => {
      socket.write(
        'GET /graphql HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n' +
          'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
      );
    });
    socket.on('data', (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!upgraded) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        const status = rest.subarray(9, 12).toString();
        if (status !== '101') return reject(new Error(`The upgrade was answered ${status}.`));
        upgraded = true;
        rest = rest.subarray(end + 4);
        socket.write(maskedText('{"type":"connection_init"}'));
      }
      for (let frame = readFrame(rest); frame !== null; frame = readFrame(rest)) {
        const { opcode, payload, end } = frame;
        rest = rest.subarray(end);
        if (opcode === 9) socket.write(masked(10, payload));
        if (opcode !== 1) continue;
        // The bench's servers write the type among the first two keys.
        if (payload.includes('"type":"next"')) {
          watcher.received += 1;
          const sequence = sequenceIn(payload);
          if (sequence < last) watcher.disordered += 1;
          last = sequence;
          options.onNext(performance.timeOrigin + performance.now());
        } else if (payload.includes('connection_ack')) {
          const { id, query, variables } = options;
          socket.write(
            Buffer.concat([
              maskedText(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } })),
              maskedText('{"type":"ping"}'),
            ]),
          );
        } else if (payload.includes('"type":"pong"')) resolve(watcher);
        else if (payload.includes('"type":"error"')) reject(new Error(payload.toString()));
      }
    });
  });
}

const cursorKey = '"cursor":"';

/** The place in the log that the event's cursor stands for: the last eight of its 25 bytes. */
function sequenceIn(payload: Buffer): bigint {
  const start = payload.indexOf(cursorKey) + cursorKey.length;
  return Buffer.from(payload.toString('latin1', start, start + 34), 'base64url').readBigUInt64BE(17);
}

function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | null {
  if (bytes.length < 2) return null;
  const opcode = bytes.readUInt8(0) & 15;
  let length = bytes.readUInt8(1) & 127;
  let start = 2;
  if (length === 126) {
    if (bytes.length < 4) return null;
    length = bytes.readUInt16BE(2);
    start = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return null;
    length = Number(bytes.readBigUInt64BE(2));
    start = 10;
  }
  const end = start + length;
  return bytes.length < end ? null : { opcode, payload: bytes.subarray(start, end), end };
}

function maskedText(text: string): Buffer {
  return masked(1, Buffer.from(text));
}

/** Masked with zeros: clients must mask frames, and any mask is allowed. */
function masked(opcode: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126
      ? Buffer.from([128 | opcode, 128 | payload.length, 0, 0, 0, 0])
      : Buffer.from([128 | opcode, 128 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
  return Buffer.concat([head, payload]);
}
