import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { StorageError } from '../core/errors.js';

/** As many as Linux follows. */
const MAX_LINKS = 40;
const STANDARD: Readonly<Record<string, number>> = { '/dev/stdout': 1, '/dev/stderr': 2 };
/** What stands for a descriptor of this process: /dev/fd/63, as a shell's `>(command)` is. */
const OWN_DESCRIPTOR = /^\/(?:dev|proc\/(?:self|thread-self))\/fd\/(\d{1,9})$/;
/** All may write, and only owners may remove. */
const SHARED_MODE = 0o1002;
const ANY_DESCRIPTOR = /^\/proc\/\d+\/fd\/\d+$/;

/** Where something is written to. */
export type WriteTarget =
  /** A file that is made, or replaced if it is there; no link. */
  | { readonly kind: 'file'; readonly path: string; readonly old?: Stats }
  /** A device, pipe or open descriptor: it is written to and stays what it is. */
  | {
      readonly kind: 'stream';
      readonly path: string;
      readonly descriptor?: number;
      readonly isPipe: boolean;
    };

/**
 * What a path leads to. Links are followed, also one that leads to nothing yet: the file is made where it leads.
 *
 * @throws the system's error, as for links that lead in a circle, and a folder
 * @throws {StorageError} for a disk as a whole, which is never written to, and for what another user may have put in the way
 */
export function findTarget(path: string): WriteTarget {
  let at = path;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const descriptor = descriptorOf(at);
    if (descriptor !== undefined) return { kind: 'stream', path: at, descriptor, isPipe: false };
    if (ANY_DESCRIPTOR.test(resolve(at))) return { kind: 'stream', path: at, isPipe: statSync(at).isFIFO() };
    const facts = lookAt(at);
    if (facts) refusePlanted(at, facts);
    if (!facts?.isSymbolicLink()) return asTarget(at, facts);
    const link = readlinkSync(at);
    // Not normalized: before ".." there may be a link.
    at = isAbsolute(link) ? link : `${realpathSync(dirname(at))}/${link}`;
  }
  throw Object.assign(new Error(`ELOOP: too many links, ${path}`), { code: 'ELOOP' });
}

/** Undefined if nothing is there, or if a part of the path is a file. */
function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/**
 * In a folder where all may write and only owners remove (`/tmp`), another user may put a link, pipe or file in the place of a name that
 * is easily guessed. Linux refuses to follow or open those, but not to say where a link leads.
 */
function refusePlanted(path: string, { uid }: Stats): void {
  if (uid === process.geteuid?.() || process.platform === 'win32') return;
  const folder = statSync(dirname(path));
  if ((folder.mode & SHARED_MODE) !== SHARED_MODE || uid === folder.uid) return;
  throw new StorageError(
    `Cannot write to ${path}: it belongs to another user, in a folder where all may write; choose another name.`,
  );
}

function descriptorOf(path: string): number | undefined {
  if (process.platform === 'win32') return undefined;
  const [, number] = OWN_DESCRIPTOR.exec(resolve(path)) ?? [];
  return number === undefined ? STANDARD[resolve(path)] : Number(number);
}

function asTarget(path: string, facts: Stats | undefined): WriteTarget {
  if (!facts) return { kind: 'file', path };
  if (facts.isFile()) return { kind: 'file', path, old: facts };
  if (facts.isDirectory()) {
    throw Object.assign(new Error(`EISDIR: is a directory, ${path}`), { code: 'EISDIR' });
  }
  if (facts.isBlockDevice()) {
    throw new StorageError(`Cannot write to ${path}: it is a disk as a whole; name a file.`);
  }
  return { kind: 'stream', path, isPipe: facts.isFIFO() };
}
