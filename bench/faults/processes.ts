/** What a process holds, as the system tells; Linux alone does. */
import { readdirSync, readFileSync } from 'node:fs';

export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** Bytes. */
export function residentMemory(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

/** The most that it held while something was done, looked at every so often. */
export async function peakMemory<Result>(pid: number, work: () => Promise<Result>): Promise<[Result, number]> {
  let peak = residentMemory(pid);
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMemory(pid));
  }, 50);
  try {
    return [await work(), peak];
  } finally {
    clearInterval(timer);
  }
}
