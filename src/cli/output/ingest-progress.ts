/** The progress of an ingest on stderr: a bar on a terminal, else one line for each file. */
import { SingleBar } from 'cli-progress';
import type { ReportProgress } from '../../operations/operations.ts';
import { printNote } from './print.ts';

export interface Progress {
  report: ReportProgress;
  stop(): void;
}

export function showProgress(): Progress {
  return process.stderr.isTTY ? showBar() : showLines();
}

/** Counts every file twice: when it is read and when it is ingested. */
function showBar(): Progress {
  const bar = new SingleBar({
    format: '{stage} [{bar}] {files} {fileName}',
    stream: process.stderr,
    clearOnComplete: true,
  });
  let started = false;
  return {
    report: ({ done, total, fileName, stage }) => {
      const payload = { stage, fileName: fileName.replace(/\p{Cc}/gu, '�').slice(0, 60), files: `${done}/${total}` };
      if (!started) bar.start(2 * total, 0, payload);
      started = true;
      bar.update(stage === 'read' ? done : total + done, payload);
    },
    stop: () => bar.stop(),
  };
}

function showLines(): Progress {
  return {
    report: ({ done, total, fileName, stage }) => {
      if (stage === 'ingested') printNote(`${done}/${total} ${fileName}`);
      else if (done === total) printNote(`${total} ${total === 1 ? 'file' : 'files'} read`);
    },
    stop: () => {},
  };
}
