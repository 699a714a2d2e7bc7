/**
 * Requests that name a persisted query instead of having a document. None are kept here, and clients that try one first
 * send the document once they are told so in words they know.
 */
import { GraphQLError } from 'graphql';

/** The refusal of a request without a document that names one; null for every other request. */
export function refusePersisted(params: object | null): GraphQLError | null {
  const { query, extensions, ...rest } = (params ?? {}) as Params;
  if (query != null && query !== '') return null;
  const isNamed = extensions?.persistedQuery != null || documentNames.some((name) => rest[name] != null);
  return isNamed ? notSupported() : null;
}

interface Params {
  query?: unknown;
  extensions?: { persistedQuery?: unknown } | null;
  [name: string]: unknown;
}

/** By which clients name a persisted document: GraphQL over HTTP, Relay's examples, and older servers. */
const documentNames = ['documentId', 'doc_id', 'docId', 'id'];

/** Clients compare the message or the code, and expect status 200, as Apollo Server gives them. */
function notSupported(): GraphQLError {
  return new GraphQLError('PersistedQueryNotSupported', { extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } });
}
