/** How far an ingest is: a bar on a terminal, a line a file otherwise, always on stderr. */
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

/** Every file passes twice, once when it is read and once when it is ingested. */
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
