/** Refusals of the API's readers: wrong input, with words for the person who sent it. */

export type QueryRefusalCode = 'BAD_USER_INPUT' | 'BAD_CURSOR';

/** Thrown for input that can't be answered; the API answers `code` and the message. */
export class QueryRefusal extends Error {
  readonly code: QueryRefusalCode;
  constructor(code: QueryRefusalCode, message: string) {
    super(message);
    this.name = 'QueryRefusal';
    this.code = code;
  }
}

export function badInput(message: string): QueryRefusal {
  return new QueryRefusal('BAD_USER_INPUT', message);
}
