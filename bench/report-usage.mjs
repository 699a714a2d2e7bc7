/**
 * Preloaded into every server of a bench (`node --expose-gc --import`): answers `cpu` with the CPU time that the
 * process has used, in microseconds, and `memory` with its bytes after a collection. So the servers need not know that they are measured.
 */
import process from 'node:process';

process.on('message', (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  } else if (message === 'memory') {
    globalThis.gc?.();
    process.send?.(process.memoryUsage.rss());
  }
});

// A bench that was killed must not leave servers behind.
process.on('disconnect', () => process.exit());
