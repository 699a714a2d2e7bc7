/** Settings of every session, embedded or on a server, on which the meaning of a query depends. */

/**
 * How alike a text and a part of a name must be for an index to find it. PostgreSQL's own 0.6 misses one wrong letter
 * in a word of seven.
 */
export const wordSimilarityThreshold = { name: 'pg_trgm.word_similarity_threshold', value: '0.45' } as const;
