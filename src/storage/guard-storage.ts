import { StorageError } from '../core/errors.js';

/** The advice where a run that was begun goes on when it is started again. */
export const RUN_AGAIN = 'run again, what is finished is kept';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: `the disk is full: make room and ${RUN_AGAIN}`,
  EDQUOT: `your disk quota is used up: make room and ${RUN_AGAIN}`,
  EACCES: 'it is not allowed: choose a folder that you may write to',
  EPERM: 'it is not allowed: choose a folder that you may write to',
  EROFS: 'the disk is read-only: choose another folder',
  ENOTDIR: 'a part of the path is a file: choose another folder',
  ENOENT: 'there is no such folder: create it or choose another',
  ENAMETOOLONG: 'the name is too long: choose a shorter one',
  ELOOP: 'its links lead in a circle: choose another folder',
  EEXIST: 'a file is in the way: choose another folder',
  ENOTEMPTY: 'a folder with other files is in the way: choose another folder',
  EISDIR: 'it is a folder: name a file',
  EBUSY: 'it is in use, or mounted as a single file: choose another place, or mount its folder',
  EXDEV: 'it is on another disk than its folder: choose another folder',
  EFBIG:
    'the file would be larger than the disk or its limits allow: choose another disk, or raise the limit (ulimit -f)',
  EIO: 'the disk reports an error: check the disk, and write to another one',
  ESTALE: `the network disk has lost it: mount the disk again and ${RUN_AGAIN}`,
  EPIPE: 'nobody reads from it any more: start the reader again and run again',
  ENXIO: 'nothing takes what is written to it: choose another place',
  EBADF: 'it is not open for writing: redirect it to a file or a pipe',
};

/** Codes of a place that this user can't write to at all. */
const FORBIDDEN = ['EACCES', 'EPERM', 'EROFS'];

/** What a person should know of a place beside its path. */
export interface StoragePlace {
  /** The variable of the environment that names it. */
  readonly variable?: string;
  /** What else helps where it may not be written to. */
  readonly wayOut?: string;
}

/** The error as a StorageError that names `path`, if the disk or its rights caused it; else the error itself. */
export function explainStorageError(
  error: unknown,
  path: string,
  { variable, wayOut }: StoragePlace = {},
): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const reason = REASONS[code];
  if (!reason) return error;
  const from = variable === undefined ? '' : ` (from ${variable})`;
  const or = wayOut !== undefined && FORBIDDEN.includes(code) ? `, or ${wayOut}` : '';
  return new StorageError(`Cannot write to ${path}${from}: ${reason}${or}.`, { cause: error });
}

/** Runs a write to `path`; a full disk, a missing permission and their like become a StorageError that names it. */
export async function guardStorage<T>(
  path: string,
  write: () => Promise<T>,
  place?: StoragePlace,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw explainStorageError(error, path, place);
  }
}
