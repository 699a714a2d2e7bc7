/**
 * Requests with a file, by the GraphQL multipart request specification: `operations`, then `map`, then one file, which
 * is written to a folder while it comes. Whether the sender may is decided before.
 */
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { GraphQLError } from 'graphql';
import { defaultLimits } from '../../intake/limits.ts';
import { refuseRequest } from '../execution/errors.ts';
import { type OperationText, parseOperation } from './plain-request.ts';

/** What a variable of the type Upload holds. */
export class UploadedFile {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

export const MOST_UPLOAD_BYTES = defaultLimits.fileBytes;
const MOST_FIELD_BYTES = 256 * 1024;
/** Bytes of a name that every file system takes. */
const MOST_NAME_BYTES = 200;

export const isUpload = ({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean =>
  method === 'POST' && /^multipart\/form-data\s*;/i.test(headers['content-type'] ?? '');

/** Reads the body to its end. Answers why the request is none; rejects when the sender breaks off. */
export async function readUpload(request: IncomingMessage, folder: string): Promise<OperationText | GraphQLError> {
  const fields = new Map<string, string>();
  const files = new Map<string, UploadedFile>();
  const problems: string[] = [];
  const writing: Promise<void>[] = [];
  let parser: InstanceType<typeof Busboy>;
  try {
    parser = new Busboy({
      // Only a header that isUpload has seen comes here.
      headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
      limits: { fields: 2, fieldSize: MOST_FIELD_BYTES, files: 1, fileSize: MOST_UPLOAD_BYTES, headerPairs: 20 },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  parser.on('field', (name, value, _nameCut, isCut) => {
    if (isCut) problems.push(`"${name.slice(0, 50)}" has more than ${MOST_FIELD_BYTES} bytes.`);
    fields.set(name, value);
  });
  parser.on('file', (name: string, stream: BusboyFileStream, fileName: string) => {
    const file = new UploadedFile(join(folder, safeName(fileName)));
    files.set(name, file);
    stream.once('limit', () => problems.push(`The file has more than ${MOST_UPLOAD_BYTES} bytes.`));
    const written = pipeline(stream, createWriteStream(file.path, { mode: 0o600 }));
    // Awaited below; a failure before that must not count as unhandled.
    written.catch(() => {});
    writing.push(written);
  });
  for (const limit of ['fieldsLimit', 'filesLimit'] as const)
    parser.once(limit, () => problems.push('Only operations, map and one file are taken.'));
  try {
    await pipeline(request, parser);
    await Promise.all(writing);
  } catch (error) {
    if (request.destroyed && !request.complete) throw error;
    return refuse(error instanceof Error ? error.message : String(error));
  }
  return problems[0] === undefined ? toOperation(fields, files) : refuse(problems[0]);
}

function toOperation(
  fields: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, UploadedFile>,
): OperationText | GraphQLError {
  const operation = parseOperation(fields.get('operations') ?? '');
  if (operation === null) return refuse('"operations" is not the JSON of one operation.');
  const map = readMap(fields.get('map') ?? '');
  if (map === null) return refuse('"map" is not JSON such as {"0":["variables.file"]}.');
  const variables: Record<string, unknown> = { ...operation.variables };
  for (const [name, variable] of map) {
    const file = files.get(name);
    if (file === undefined) return refuse(`"map" names the file "${name.slice(0, 50)}", which did not come.`);
    variables[variable] = file;
  }
  return { ...operation, variables };
}

/** Pairs of a file and a variable. */
function readMap(text: string): [string, string][] | null {
  try {
    const map: unknown = JSON.parse(text);
    if (typeof map !== 'object' || map === null || Array.isArray(map)) return null;
    return Object.entries(map).flatMap(([name, places]) => {
      if (!Array.isArray(places)) throw new TypeError('no list');
      return places.map((place): [string, string] => {
        const variable = /^variables\.(\w{1,100})$/.exec(String(place))?.[1];
        if (variable === undefined || variable === '__proto__') throw new TypeError('no variable');
        return [name, variable];
      });
    });
  } catch {
    return null;
  }
}

const refuse = (why: string): GraphQLError => refuseRequest('BAD_USER_INPUT', `The upload cannot be read: ${why}`);

/** The file's own name, from which its day may be read, as a name within one folder. */
function safeName(given: string | undefined): string {
  const name = basename((given ?? '').replaceAll('\\', '/'))
    .replace(/\p{Cc}|\p{Surrogate}|\uFFFD/gu, '')
    .trim();
  const short = Buffer.from(name)
    .subarray(0, MOST_NAME_BYTES)
    .toString()
    .replace(/\uFFFD+$/, '');
  return short === '' || short === '.' || short === '..' ? 'upload' : short;
}
