/** Where the worker that reads lists begins. */

/**
 * The built worker stands beside the built reader. From source, in development and tests, a worker of Node 20
 * cannot load TypeScript, and `--import tsx` reaches main threads only: it registers tsx itself, then loads.
 */
export function workerModule(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('./list-worker.js', import.meta.url);
  const loader = import.meta.resolve('tsx/esm/api');
  const source = new URL('./list-worker.ts', import.meta.url).href;
  const steps = `import { register } from '${loader}'; register(); await import('${source}');`;
  return new URL(`data:text/javascript,${encodeURIComponent(steps)}`);
}
