/**
 * The folder of a control socket: who may enter it may work on the ledger, and who may write to it could listen in the
 * owner's place. So the server makes it for its owner alone, and the client looks whose it is before it says a word.
 */
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Somebody else may listen there, or listens there. */
export class UntrustedSocket extends Error {
  override readonly name = 'UntrustedSocket';
}

/** Makes the socket's folder, or closes the one that is there. Throws {@link UntrustedSocket} when it is not ours. */
export async function prepareControlFolder(socket: string): Promise<void> {
  const folder = dirname(socket);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const facts = await lstat(folder);
  const me = process.geteuid?.();
  if (!facts.isDirectory() || (me !== undefined && facts.uid !== me)) {
    throw new UntrustedSocket(`${folder} is not a folder of this user, so nothing listens there. Remove it.`);
  }
  // Made by an earlier umask, or by hand.
  if ((facts.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

/**
 * True if the socket is there and belongs to the ledger's owner, who is this user; root may also work on the ledger of
 * another. Throws {@link UntrustedSocket} for everybody else's.
 */
export async function isTrustedSocket(socket: string, directory: string): Promise<boolean> {
  const me = process.geteuid?.();
  if (me === undefined) return true;
  const folder = dirname(socket);
  const facts = await factsOf(folder, lstat);
  if (facts === null) return false;
  const owner = me === 0 ? ((await ownerOf(directory)) ?? me) : me;
  if (!facts.isDirectory() || facts.uid !== owner) throw new UntrustedSocket(describeStranger(folder, facts, owner));
  if ((facts.mode & 0o022) !== 0) throw new UntrustedSocket(describeOpen(folder));
  // Where anyone may rename it, it could be exchanged after this look.
  const parent = await stat(dirname(folder));
  if ((parent.mode & 0o002) !== 0 && (parent.mode & 0o1000) === 0)
    throw new UntrustedSocket(describeOpen(dirname(folder)));
  const listener = await factsOf(socket, lstat);
  if (listener === null) return false;
  if (!listener.isSocket() || listener.uid !== owner) {
    throw new UntrustedSocket(describeStranger(socket, listener, owner));
  }
  return true;
}

/** The ledger's owner; before it is there, that of the folder around it. */
async function ownerOf(directory: string): Promise<number | null> {
  const facts = (await factsOf(directory, stat)) ?? (await factsOf(dirname(directory), stat));
  return facts?.uid ?? null;
}

/** Null for what is not there. */
async function factsOf(path: string, look: (path: string) => Promise<Stats>): Promise<Stats | null> {
  try {
    return await look(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code !== 'EACCES') throw error;
    throw new UntrustedSocket(
      `${dirname(path)} may not be entered by this user. Run the command as the user that runs the server.`,
      { cause: error },
    );
  }
}

const describeStranger = (path: string, { uid }: Stats, owner: number): string =>
  `${path} belongs to uid ${uid}, not to uid ${owner}, whose ledger this is: nothing was sent to who listens there. ` +
  'Run the command as the user that runs the server, or remove what is there.';

const describeOpen = (path: string): string =>
  `Others may write to ${path}, so who listens there is not known, and nothing was sent. Run "chmod go-w ${path}".`;
