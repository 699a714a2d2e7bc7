/** Where the file of a list came from, and the file itself. */
import type { Fetched } from '../../../../schema/tables/snapshots.ts';
import type { OriginalRow } from '../../../queries/originals.ts';
import { builder } from '../builder.ts';

export const FetchedRef = builder.objectRef<Fetched>('Fetched').implement({
  description: 'A list’s way from the publisher to the ledger.',
  fields: (t) => ({
    address: t.exposeString('address', { description: 'Address that gave the file, after redirects.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was asked.' }),
    lastModified: t.exposeString('lastModified', {
      nullable: true,
      description: 'The answer’s Last-Modified header, as it came; null: it had none.',
    }),
    etag: t.exposeString('etag', {
      nullable: true,
      description: 'The answer’s ETag header, as it came; null: it had none.',
    }),
  }),
});

export interface SnapshotFile extends OriginalRow {
  fileName: string;
}

export const SnapshotFileRef = builder.objectRef<SnapshotFile>('SnapshotFile').implement({
  description: 'A list’s file as it came, byte for byte.',
  fields: (t) => ({
    sha256: t.exposeString('sha256', { description: 'SHA-256 of its bytes, in hexadecimal digits.' }),
    bytes: t.exposeInt('bytes', { description: 'How many bytes it has.' }),
    mediaType: t.exposeString('mediaType', {
      description: 'What it is by its first bytes; application/octet-stream: neither a workbook nor a text table.',
    }),
    url: t.string({
      description: 'Where to download it: a path on the server that answered. It never changes what it gives.',
      resolve: ({ sha256, fileName }) => `/files/${sha256}/${encodeURIComponent(fileName)}`,
    }),
  }),
});
