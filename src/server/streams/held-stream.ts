/**
 * A subscription as graphql-ws knows it: a stream that yields nothing, because its frames are written past
 * graphql-ws, and that ends when either side ends it.
 */
export class HeldStream implements AsyncGenerator<never, void, void> {
  #onEnd: (() => void) | null = null;
  #ended = false;
  #failure: unknown = null;
  #settle: { resolve: (ended: IteratorReturnResult<void>) => void; reject: (error: unknown) => void } | null = null;

  /** Calls back once, whoever ends it; at once where it has ended. */
  whenEnded(listener: () => void): void {
    if (this.#ended) listener();
    else this.#onEnd = listener;
  }

  next(): Promise<IteratorReturnResult<void>> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#ended) return Promise.resolve(ended);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  return(): Promise<IteratorReturnResult<void>> {
    this.#end();
    this.#settle?.resolve(ended);
    return Promise.resolve(ended);
  }

  /** Ends it with an error, which the client is told. */
  fail(error: unknown): void {
    this.#failure = error;
    this.#end();
    this.#settle?.reject(error);
  }

  throw(error: unknown): Promise<IteratorReturnResult<void>> {
    this.#end();
    return Promise.reject(error);
  }

  #end(): void {
    this.#ended = true;
    this.#onEnd?.();
    this.#onEnd = null;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

const ended: IteratorReturnResult<void> = { done: true, value: undefined };
