/** Records the SQL that drizzle sends, so that a test can show an N+1: one statement for each row. */
import type { Logger } from 'drizzle-orm';

export class StatementRecorder implements Logger {
  readonly all: { sql: string; params: unknown[] }[] = [];

  logQuery(sql: string, params: unknown[]): void {
    this.all.push({ sql, params });
  }

  /** The statements sent while `work` ran, in order. */
  async during(work: () => Promise<unknown>): Promise<string[]> {
    const start = this.all.length;
    await work();
    return this.all.slice(start).map((statement) => statement.sql);
  }
}

/** The statement for people: white space collapsed, quotes and table names before columns taken off. */
export const inShort = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/"\w+"\."(\w+)"/g, '$1')
    .replaceAll('"', '');
