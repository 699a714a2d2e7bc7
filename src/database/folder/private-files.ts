/**
 * An embedded ledger is its owner's alone: folders 0700 and files 0600, whatever the umask was. What an older build or
 * a copy left open is mended before the ledger is opened. Windows has other rights and is left as it is.
 */
import { chmodSync, constants, existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Somebody else could read or replace the ledger, or already owns it. */
export class UnsafeFolder extends Error {
  override readonly name = 'UnsafeFolder';
}

/**
 * Makes the folder around a ledger, or closes the one that is there, and closes what this process writes from now on.
 * Returns how many folders were open to others. Throws {@link UnsafeFolder} for one of another user.
 */
export async function keepParentPrivate(directory: string): Promise<number> {
  const parent = dirname(directory);
  // PGlite asks for modes of its own and takes the umask of the process, in a worker thread too.
  if (process.platform !== 'win32') process.umask(0o077);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const me = process.geteuid?.();
  if (me === undefined) return 0;
  const { uid, mode } = statSync(parent);
  // The administrator can do everything anyway, and volumes often belong to it.
  if (uid !== me && uid !== 0) throw new UnsafeFolder(describeStranger(parent, uid, me));
  if ((mode & 0o077) === 0) return 0;
  // Where other programs have files too, its rights are not ours to change, only to judge.
  if (uid === me && readdirSync(parent).every((name) => isPartOfLedger(name, basename(directory)))) {
    takeRights(parent, 0o700);
    return 1;
  }
  const anyoneMayReplace = (mode & 0o002) !== 0 && (mode & 0o1000) === 0;
  if (!anyoneMayReplace) return 0;
  throw new UnsafeFolder(
    `Anyone may write to ${parent}, and so exchange the ledger in it. Run "chmod o-w ${parent}", or set DATA_DIR to another folder.`,
  );
}

/**
 * Closes an existing ledger to others, all that is in it too; whoever calls has its lock, so nothing moves meanwhile.
 * Returns how many folders and files others could reach. Throws {@link UnsafeFolder} where another user owns it.
 */
export function keepLedgerPrivate(directory: string): number {
  const me = process.geteuid?.();
  const facts = lstatSync(directory, { throwIfNoEntry: false });
  if (me === undefined || facts === undefined) return 0;
  const target = statSync(directory, { throwIfNoEntry: false }) ?? facts;
  // A link may lead to another disk, but only if it is ours: whoever owns it chooses the ledger.
  const stranger = [facts.uid, target.uid].find((uid) => uid !== me);
  if (stranger !== undefined) throw new UnsafeFolder(describeStranger(directory, stranger, me));
  // A link to nothing: the ledger is yet to be made.
  if (!existsSync(directory)) return 0;
  const mended = takeRightsBelow(realpathSync(directory));
  // PGlite sets the rights of two files itself, to be read by all: in a closed folder nobody comes so far.
  return (target.mode & 0o077) === 0 ? 0 : mended;
}

/**
 * Copies a folder so that nobody else can enter the copy, not even while it is made. What is there already stays as it
 * is.
 */
export async function copyPrivately(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  // A copy takes the modes of what was copied, whatever the umask.
  await cp(from, to, { recursive: true, force: false, mode: constants.COPYFILE_FICLONE });
  if (process.platform !== 'win32') takeRightsBelow(to);
}

/**
 * Takes the rights of group and others from a folder and all below it; returns how many had some. From the outside
 * in, so that nobody exchanges what is still to be looked at. Links are neither followed nor changed.
 */
function takeRightsBelow(path: string): number {
  const facts = lstatSync(path);
  let mended = 0;
  const isFolder = facts.isDirectory();
  // A file with a second name may be somebody else's, linked here so that its rights are changed.
  const isOwnFile = facts.isFile() && facts.nlink === 1;
  if ((isFolder || isOwnFile) && (facts.mode & 0o077) !== 0) {
    takeRights(path, facts.mode & 0o700);
    mended = 1;
  }
  if (isFolder) for (const name of readdirSync(path)) mended += takeRightsBelow(join(path, name));
  return mended;
}

function takeRights(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    const { uid } = lstatSync(path);
    throw new UnsafeFolder(describeStranger(path, uid, process.geteuid?.() ?? 0), { cause: error });
  }
}

/** What this program makes beside a ledger, and what a file system or a repository makes in an empty folder. */
function isPartOfLedger(name: string, ledger: string): boolean {
  const [base = ''] = name.split('.', 1);
  return [ledger, 'real', 'sample'].includes(base) || ['lost+found', '.gitkeep', '.gitignore'].includes(name);
}

function describeStranger(path: string, owner: number, me: number): string {
  return (
    `${path} belongs to another user (uid ${owner}; this process runs as uid ${me}). ` +
    `Run it as that user, give the folder to this one with "chown -R ${me} ${path}", or set DATA_DIR to another folder.`
  );
}
