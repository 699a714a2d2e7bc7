/** Keys and the audit log over the control socket: what came is checked, then called. */
import * as z from 'zod';
import { keyRoles, operatorActs } from '../../../schema/enums.ts';
import type { KeyOperations } from '../keys/key-operations.ts';

type Call = (operations: KeyOperations, given: unknown) => Promise<unknown>;

const keyGiven = z.object({ name: z.string(), role: z.enum(keyRoles), expiresAt: z.string().optional() });

export const keyCalls: Record<keyof KeyOperations, Call> = {
  createKey: (operations, given) => operations.createKey(...z.tuple([keyGiven]).parse(given)),
  keys: (operations) => operations.keys(),
  revokeKey: (operations, given) => operations.revokeKey(...z.tuple([z.string(), z.string()]).parse(given)),
  audit: (operations, given) =>
    operations.audit(...z.tuple([z.number(), z.enum(operatorActs).nullable()]).parse(given)),
};
