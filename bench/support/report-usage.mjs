/**
 * Preloaded into every server of a bench (`node --expose-gc --import`): answers `cpu` with the CPU time that the
 * process has used, in microseconds, `memory` with its bytes after a collection,
 * and `heap` with those of its parts. So the servers need not know that they are measured.
 */
import process from 'node:process';

process.on('message', (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  } else if (message === 'memory') {
    globalThis.gc?.();
    process.send?.(process.memoryUsage.rss());
  } else if (message === 'heap') {
    globalThis.gc?.();
    // What the first collection found to be finalized, and buffers, are given back after it.
    setImmediate(() => {
      globalThis.gc?.();
      const { heapUsed, external, rss } = process.memoryUsage();
      process.send?.({ heap: heapUsed, external, resident: rss });
    });
  }
});

// A bench that was killed must not leave servers behind.
process.on('disconnect', () => process.exit());
