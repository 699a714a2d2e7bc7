/** A client that is only a TCP connection, for what no proper client sends, and for reading nothing. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawClient {
  socket: Socket;
  /** What has come. */
  received(): string;
  /** Resolves when the connection has ended, by whichever side. */
  closed: Promise<void>;
}

/** A client that does not read notices its end only when it writes, or reads again. */
export async function openRaw(port: number, { reads = true } = {}): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  if (reads) socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  else socket.pause();
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'connect');
  return { socket, received: () => Buffer.concat(chunks).toString('latin1'), closed };
}

export function getRequest(path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

export function postRequest(body: string, headers: Record<string, string> = {}): string {
  const all = { host: 'x', 'content-type': 'application/json', 'content-length': String(body.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** Asks for a subscription as text/event-stream. */
export function streamRequest(query: string): string {
  return getRequest(`/graphql?query=${encodeURIComponent(query)}`, { accept: 'text/event-stream' });
}

export const upgradeRequest = getRequest('/graphql', {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol': 'graphql-transport-ws',
});

/** The opcodes of RFC 6455. */
export const opcodes = { text: 1, ping: 9, pong: 10 } as const;

/** A frame of a WebSocket's client of less than 64 kB, masked with zeros. */
export function frame(text: string, opcode: number = opcodes.text): Buffer {
  const payload = Buffer.from(text);
  const short = payload.length < 126;
  const length = short ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length, 0, 0, 0, 0]), payload]);
}

export const messageFrame = (message: object): Buffer => frame(JSON.stringify(message));
