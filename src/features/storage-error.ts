/** A folder or disk that we write to does not let us. The message is one sentence: what, where, what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space and run again, what is finished is kept',
  EDQUOT: 'the disk quota is used up: free some space and run again, what is finished is kept',
  EACCES: 'it is not allowed: choose a folder that you may write to',
  EPERM: 'it is not allowed: choose a folder that you may write to',
  EROFS: 'the disk is read-only: choose another folder',
  ENOTDIR: 'a part of the path is a file: choose another folder',
};

/** Runs a write to `path`; a full disk, a missing permission and their like become a StorageError that names it. */
export async function guardStorage<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (!reason) throw error;
    throw new StorageError(`Cannot write to ${path}: ${reason}.`, { cause: error });
  }
}
