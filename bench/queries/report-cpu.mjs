/**
 * Preloaded into every server of bench/queries (`node --import`): answers its parent's messages with the CPU time the
 * process has used, in microseconds. So the servers themselves need not know that they are measured.
 */
import process from 'node:process';

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicroseconds: user + system });
});

// A bench that was killed must not leave servers behind.
process.on('disconnect', () => process.exit());
