import { ImagesError } from '../images/images-error.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: make room and run it again',
  EDQUOT: 'your disk quota is used up: make room and run it again',
  EACCES: 'it may not be written: choose another folder or change its rights',
  EPERM: 'it may not be written: choose another folder or change its rights',
  EROFS: 'the file system is read-only: choose another folder',
  ENOTDIR: 'a part of the path is a file: choose another folder',
  EEXIST: 'a file is in the way: choose another folder',
};

/** The error as one sentence if the disk or its rights caused it, else the error itself. */
export function explainStorageError(error: unknown, folder: string): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  return reason ? new ImagesError(`Writing to ${folder} failed because ${reason}.`, { cause: error }) : error;
}
