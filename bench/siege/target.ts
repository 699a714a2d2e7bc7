/** The server under siege as one hostile client sees it: raw connections and requests from an address of its own. */
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';

export interface Target {
  port: number;
  /** Local address that this client connects from. */
  address: string;
}

export interface Shape {
  name: string;
  /** Milliseconds between two strikes: attacks are bounded too. */
  pause: number;
  /** One strike; answers in a word or two what came of it. */
  strike(target: Target): Promise<string>;
}

const host = '127.0.0.1';
const PATIENCE_MILLISECONDS = 15_000;

/** Posts a document; returns the HTTP status and the first error's code. */
export function post(target: Target, body: object | string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const request = httpRequest(
      {
        ...{ host, port: target.port, localAddress: target.address, path: '/graphql', method: 'POST' },
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers },
        agent: false,
        timeout: PATIENCE_MILLISECONDS,
      },
      (response) => {
        let answer = '';
        response.on('data', (chunk: Buffer) => {
          if (answer.length < 20_000) answer += chunk;
        });
        response.once('close', () => resolve(outcomeOf(response.statusCode, answer)));
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve('connection cut'));
    request.end(text);
  });
}

export function outcomeOf(status: number | undefined, answer: string): string {
  const code = /"code":"([A-Z_]+)"/.exec(answer)?.[1];
  return `${status ?? 'nothing'} ${code ?? 'data'}`;
}

/** An open TCP connection; errors end it quietly. Rejects when it is refused. */
export function open(target: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: target.port, localAddress: target.address });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
    socket.on('error', () => {});
  });
}

/** A raw request to write into a connection. */
export function rawPost(body: object, headers = ''): string {
  const text = JSON.stringify(body);
  return `POST /graphql HTTP/1.1\r\nhost: siege\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/** Waits until the server cuts the connection, so long at most, then leaves. */
export async function linger(socket: Socket, milliseconds: number): Promise<string> {
  const cut = new Promise<string>((resolve) => socket.once('close', () => resolve('connection cut')));
  const outcome = await Promise.race([cut, setTimeout(milliseconds, 'still open')]);
  socket.destroy();
  return outcome;
}

/** A WebSocket that has said `connection_init` and was acknowledged. */
export function openWebSocket(target: Target, acknowledged = true): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${host}:${target.port}/graphql`, 'graphql-transport-ws', {
      localAddress: target.address,
    });
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    socket.once('open', () => {
      if (!acknowledged) return resolve(socket);
      socket.send('{"type":"connection_init"}');
      socket.once('message', () => resolve(socket));
    });
  });
}

export function subscribeMessage(id: string, query: string, variables: object = {}): string {
  return JSON.stringify({ id, type: 'subscribe', payload: { query, variables } });
}

/** Waits for the close event and returns its code, so long at most, then leaves. */
export async function lingerOn(socket: WebSocket, milliseconds: number): Promise<string> {
  const closed = new Promise<string>((resolve) => socket.once('close', (code: number) => resolve(`closed ${code}`)));
  const outcome = await Promise.race([closed, setTimeout(milliseconds, 'still open')]);
  socket.terminate();
  return outcome;
}
