/** Work that may never end: a connection that was cut without a word looks open for a quarter of an hour. */

/**
 * As the work settles; when it has not within this time it is forgotten, and `late` settles instead, by rejecting
 * unless it is given. One promise, since every operation passes here: a race would take three.
 */
export function withTimeout<Result>(
  milliseconds: number,
  work: Promise<Result>,
  late: (resolve: (result: Result) => void, reject: (error: unknown) => void) => void = (_resolve, reject) =>
    reject(new Error(`The database gave no answer within ${milliseconds} ms.`)),
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => late(resolve, reject), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
