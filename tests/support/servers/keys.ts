/** Keys of each role over a test database, as a server knows them. */
import type { KeyRole } from '../../../schema/enums.ts';
import { type KeyRing, openKeyRing } from '../../../src/graphql/access/key-ring.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { heldKeys, KEYS_CHANNEL, noteUse } from '../../../src/operations/keys/keep-keys.ts';
import type { CreatedKey } from '../../../src/operations/keys/key-operations.ts';
import type { TestDatabase } from '../databases/test-database.ts';

export const openKeys = ({ db, listen }: TestDatabase, notify = true): Promise<KeyRing> =>
  openKeyRing([], {
    read: () => heldKeys(db),
    noteUse: (ids) => noteUse(db, ids),
    listen: notify ? (wake) => listen(KEYS_CHANNEL, wake) : null,
    onTrouble: () => {},
    pollMilliseconds: notify ? 60_000 : 100,
  });

export const makeKey = (database: TestDatabase, role: KeyRole, expiresAt?: string): Promise<CreatedKey> =>
  createOperations(database).createKey({ name: `the ${role}`, role, ...(expiresAt !== undefined && { expiresAt }) });

export const bearer = ({ key }: Pick<CreatedKey, 'key'>) => ({ authorization: `Bearer ${key}` });
