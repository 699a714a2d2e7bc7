/** The program's log: JSON lines on standard output, without secrets. */
import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Addresses of databases carry passwords, and headers carry keys: neither may reach a log, wherever it stands. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: ['*.authorization', '*.cookie', 'headers.authorization', 'database.url', '*.password'],
    serializers: { err: (error: unknown) => describeError(error) },
  };
  return pino(options, destination ?? bufferedOutput());
}

/** The same log for lines whose fields cannot hold secrets: to look for some would cost as much as the line. */
export function withoutRedaction(log: Log): Log {
  return log.child({}, { redact: [] });
}

/** A write for each line would be a quarter of what a small query costs; what is buffered is written at exit. */
const bufferedOutput = (): DestinationStream =>
  pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100 });

function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: withoutPasswords(String(error)) };
  return {
    type: error.name,
    message: withoutPasswords(error.message),
    ...('code' in error ? { code: error.code } : {}),
    stack: withoutPasswords(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** Libraries put connection strings into messages. */
function withoutPasswords(text: string): string {
  return text.replace(/(\w+:\/\/)[^\s/@]*@/g, '$1***@');
}
