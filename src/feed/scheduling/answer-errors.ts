/**
 * Why work for watchers has no answer, as far as the feed must know it: whether to ask again, and when to give up.
 * Everything else that is thrown is a fault.
 */

/** The database is away, or had no time for the work: asked again until it answers. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}

/** The work ran for as long as it may, and there is nothing to send in its place: asked again, after a rest. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/** Answers took too long too often: the watchers of the group are told, and their streams end. */
export class TooExpensive extends Error {
  override readonly name = 'TooExpensive';
}
