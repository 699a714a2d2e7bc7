/** Where the worker that reads lists begins. */
import { isFromSource, threadModule } from '../package-root.ts';

/**
 * Built, it is a file of its own. From source, in development and tests, a worker of Node 20 cannot load TypeScript, and
 * `--import tsx` reaches main threads only: it registers tsx itself, then loads.
 */
export function workerModule(): URL {
  if (!isFromSource) return threadModule('intake/list-worker.js');
  const loader = import.meta.resolve('tsx/esm/api');
  const source = new URL('./list-worker.ts', import.meta.url).href;
  const steps = `import { register } from '${loader}'; register(); await import('${source}');`;
  return new URL(`data:text/javascript,${encodeURIComponent(steps)}`);
}
