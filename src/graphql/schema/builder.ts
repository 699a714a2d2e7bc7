/**
 * The schema builder: the types of context and scalars, and the defaults; nothing else. No plugin: Relay's shapes
 * are a few lines in `connection.ts`, and every plugin wraps resolvers, which costs each request.
 */
import SchemaBuilder from '@pothos/core';
import type { Context } from '../execution/context.ts';
import type { UploadedFile } from '../http/upload.ts';

export interface SchemaTypes {
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    Date: { Input: string; Output: string };
    DateTime: { Input: string; Output: string };
    URL: { Input: string; Output: string };
    EventCursor: { Input: string; Output: string };
    Upload: { Input: UploadedFile; Output: never };
  };
}

export const builder = new SchemaBuilder<SchemaTypes>({ defaultFieldNullability: false });
