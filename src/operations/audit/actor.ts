/** Who acts on a ledger: a person on its machine, or whoever has a key. */
import { userInfo } from 'node:os';

export interface Actor {
  /** Name of the local user, or of the key. */
  name: string;
  /** The stored key; null: a local user, or a key of OPERATOR_KEYS. */
  keyId: string | null;
  /** Where the request came from; null: this machine, by command. */
  address: string | null;
}

export const localActor = (name: string): Actor => ({ name, keyId: null, address: null });

/** The user that runs this process. */
export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return `uid ${process.geteuid?.() ?? 'unknown'}`;
  }
}
