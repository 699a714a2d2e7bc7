/** The audit log as a connection, for operators. */
import { sql } from 'drizzle-orm';
import type { OperatorAct } from '../../schema/enums.ts';
import { auditEntries } from '../../schema/tables/audit.ts';
import { operatorKeys } from '../../schema/tables/keys.ts';
import type { InstantText } from './counts/instant.ts';
import { type AnyOf, anyOf } from './keyset/condition.ts';
import type { Order } from './keyset/keyset.ts';
import { type Condition, rowReader, type Source } from './keyset/source.ts';
import { arrayLiteral, type Statements } from './keyset/statement.ts';

export interface AuditEntryRow {
  typename: string;
  id: string;
  number: string;
  act: OperatorAct;
  at: InstantText;
  actor: string;
  keyPrefix: string | null;
  address: string | null;
  reason: string | null;
  about: Record<string, unknown>;
  refusal: string | null;
  revision: string;
}

export interface AuditFilter {
  acts?: AnyOf<OperatorAct>;
}

const columns = {
  id: sql`${auditEntries.id}`,
  number: sql`${auditEntries.number}`,
  act: sql`${auditEntries.act}`,
  at: sql`${auditEntries.at}`,
  actor: sql`${auditEntries.actor}`,
  keyPrefix: sql`(select ${operatorKeys.prefix} from ${operatorKeys} where ${operatorKeys.id} = ${auditEntries.keyId})`,
  address: sql`${auditEntries.address}`,
  reason: sql`${auditEntries.reason}`,
  about: sql`${auditEntries.about}`,
  refusal: sql`${auditEntries.refusal}`,
  revision: sql`${auditEntries.revision}::text`,
};

export const auditEntrySource: Source<Omit<AuditEntryRow, 'typename'>> = {
  name: 'audit entries',
  typename: 'AuditEntry',
  from: sql`${auditEntries}`,
  columns,
  always: ['id'],
};

/** The newest first. */
export const auditEntryOrder: Order = {
  tag: 'audit entries',
  keys: [{ field: 'number', column: columns.number, type: 'bigint' }],
  descending: true,
};

export const auditEntryConditions = (filter: AuditFilter): Condition[] => [
  ...anyOf('acts', columns.act, 'text', filter.acts),
];

const allColumns = sql.join(Object.values(columns), sql`, `);
const readEntry = rowReader<AuditEntryRow>('AuditEntry', Object.keys(columns));

export async function auditEntriesById(
  statements: Statements,
  ids: readonly string[],
): Promise<(AuditEntryRow | null)[]> {
  const query = sql`select ${allColumns} from ${auditEntries} where ${auditEntries.id} = any(${sql.placeholder('ids')}::uuid[])`;
  const rows = await statements.run('audit entries by id', () => ({ query, read: readEntry }), {
    ids: arrayLiteral(ids),
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
