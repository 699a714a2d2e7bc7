/** The operations of the process that owns the ledger, called over its control socket. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { localUser } from '../audit/actor.ts';
import { type Operations, Refusal, type ReportProgress } from '../operations.ts';
import { isTrustedSocket } from './folder.ts';
import { type ControlLine, type OperationName, USER_HEADER } from './message.ts';
import { controlSocketPath } from './socket.ts';

/** The server broke off, or failed: nothing an operator can answer with other arguments. */
export class ControlFailure extends Error {
  override readonly name = 'ControlFailure';
}

/**
 * The socket of the process that owns the ledger; null when nobody listens: a file without a listener was left by a
 * dead owner. Throws `UntrustedSocket` when another user put it there.
 */
export async function findControlServer(directory: string): Promise<string | null> {
  const path = controlSocketPath(directory);
  return (await isTrustedSocket(path, directory)) && (await isListening(path)) ? path : null;
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export function connectOperations(path: string): Operations {
  return {
    ingest: (input, report) => call(path, 'ingest', [input], report),
    follow: (options) => call(path, 'follow', [options]),
    status: () => call(path, 'status', []),
    archive: (...given) => call(path, 'archive', given),
    lists: (...given) => call(path, 'lists', given),
    diff: (...given) => call(path, 'diff', given),
    release: (...given) => call(path, 'release', given),
    reject: (...given) => call(path, 'reject', given),
    withdraw: (...given) => call(path, 'withdraw', given),
    redate: (...given) => call(path, 'redate', given),
    reviews: (...given) => call(path, 'reviews', given),
    decide: (...given) => call(path, 'decide', given),
    decisions: (...given) => call(path, 'decisions', given),
    revoke: (...given) => call(path, 'revoke', given),
    merge: (...given) => call(path, 'merge', given),
    split: (...given) => call(path, 'split', given),
    rename: (...given) => call(path, 'rename', given),
    spellings: (...given) => call(path, 'spellings', given),
    addSpelling: (...given) => call(path, 'addSpelling', given),
    removeSpelling: (...given) => call(path, 'removeSpelling', given),
    departures: (...given) => call(path, 'departures', given),
    noteBackup: (...given) => call(path, 'noteBackup', given),
    copyLedger: (...given) => call(path, 'copyLedger', given),
    raiseRules: (...given) => call(path, 'raiseRules', given),
    sampleNext: (...given) => call(path, 'sampleNext', given),
    figures: (...given) => call(path, 'figures', given),
    addFigures: (...given) => call(path, 'addFigures', given),
    removeFigure: (...given) => call(path, 'removeFigure', given),
    importPopulation: (...given) => call(path, 'importPopulation', given),
    stats: (...given) => call(path, 'stats', given),
    timeline: (...given) => call(path, 'timeline', given),
    createKey: (...given) => call(path, 'createKey', given),
    keys: (...given) => call(path, 'keys', given),
    revokeKey: (...given) => call(path, 'revokeKey', given),
    audit: (...given) => call(path, 'audit', given),
  };
}

async function call<Result>(
  path: string,
  name: OperationName,
  given: readonly unknown[],
  report?: ReportProgress,
): Promise<Result> {
  const response = await post(path, name, JSON.stringify(given));
  for await (const text of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
    // The other end is this program: its lines have this shape.
    const line = JSON.parse(text) as ControlLine;
    if ('progress' in line) report?.(line.progress);
    else if ('refusal' in line) throw new Refusal(line.refusal.code, line.refusal.message);
    else if ('failure' in line) throw new ControlFailure(line.failure);
    // The same operation of the same program made it, and its reports are plain JSON.
    else return line.result as Result;
  }
  throw new ControlFailure('The server stopped before it answered; ask it again what became of this.');
}

function post(path: string, name: OperationName, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { [USER_HEADER]: encodeURIComponent(localUser()) };
    const request = httpRequest({ socketPath: path, path: `/${name}`, method: 'POST', headers }, resolve);
    request.once('error', (error) => reject(new ControlFailure(`The server could not be reached: ${error.message}`)));
    request.end(body);
  });
}
