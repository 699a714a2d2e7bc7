/** The API as the faults' honest side asks it: questions, lists handed in, and a probe that goes on asking. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { quantile } from './figure.ts';

export const operatorKey = 'the-key-of-the-operator-of-the-faults';

/** Longer than any deadline of the server. */
const PATIENCE_MILLISECONDS = 30_000;

export function question(query: string, variables: object = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
  };
}

/** The data of an answer; throws where there is none. */
export async function ask<Data>(url: string, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(url, question(query, variables));
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (data === undefined || errors !== undefined) throw new Error(`${response.status} ${JSON.stringify(errors)}`);
  return data;
}

/** Hands a file in by the API; answers the verdict on the list, or the code of the refusal. */
export async function handIn(url: string, path: string, key = operatorKey): Promise<string> {
  return handInBytes(url, basename(path), await readFile(path), key);
}

export async function handInBytes(url: string, name: string, bytes: Uint8Array, key = operatorKey): Promise<string> {
  const query = `mutation ($file: Upload!) { ingestSnapshot(file: $file) {
    ... on SnapshotIngested { status } ... on Refusal { message } } }`;
  const body = new FormData();
  body.set('operations', JSON.stringify({ query, variables: { file: null } }));
  body.set('map', '{"0":["variables.file"]}');
  body.set('0', new Blob([Buffer.from(bytes)]), name);
  const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body });
  const { data, errors } = (await response.json()) as {
    data?: { ingestSnapshot?: { status?: string; message?: string } } | null;
    errors?: { extensions: { code: string } }[];
  };
  const { status, message } = data?.ingestSnapshot ?? {};
  return status ?? errors?.[0]?.extensions.code ?? message ?? String(response.status);
}

export interface Probed {
  /** Of the process's clock, when it was asked. */
  at: number;
  milliseconds: number;
  /** 0: there was no answer. */
  status: number;
}

export interface Probe {
  answers: Probed[];
  stop(): Promise<Probed[]>;
}

/** Asks again and again, one question at a time. */
export function probe(url: string | URL, everyMilliseconds: number, init: () => RequestInit = () => ({})): Probe {
  const answers: Probed[] = [];
  let stopped = false;
  const probing = (async () => {
    while (!stopped) {
      const at = performance.now();
      const status = await statusOf(url, init());
      answers.push({ at, milliseconds: performance.now() - at, status });
      await setTimeout(everyMilliseconds);
    }
  })();
  return {
    answers,
    stop: async () => {
      stopped = true;
      await probing;
      return answers;
    },
  };
}

/** The p99 of its answers in milliseconds while nothing happens: what the machine adds by itself. */
export async function probeCalm(url: string): Promise<number> {
  const looks = probe(url, 20);
  await setTimeout(5_000);
  return quantile(
    (await looks.stop()).map(({ milliseconds }) => milliseconds),
    0.99,
  );
}

async function statusOf(url: string | URL, init: RequestInit): Promise<number> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS), ...init });
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}
