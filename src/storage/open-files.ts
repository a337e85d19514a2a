import { StorageError } from '../core/errors.js';
import { isCausedBy } from './is-caused-by.js';

const LIMIT = /\b(EMFILE|ENFILE)\b|too many open files/i;

/** Whether an error, or what caused it, is that the process or the system may open no more files. */
export function isOpenFilesLimit(error: unknown): boolean {
  return isCausedBy(error, LIMIT);
}

/** The error as one about the limit of open files, if that caused it, whatever it was taken for; else the error itself. */
export function explainOpenFilesLimit(error: unknown): unknown {
  if (!isOpenFilesLimit(error)) return error;
  return new StorageError(
    'Too many files are open at once: raise the limit with "ulimit -n 1024", or lower --threads.',
    { cause: error },
  );
}
