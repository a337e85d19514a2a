import { NotRegularFile } from './open-regular.js';

/** The message of the file system without the name of the file, which the sentence names anyway: "EACCES: permission denied". */
export function describeSystemError(error: unknown): string {
  return (error as Error).message.replace(/, \w+( '.*')?$/s, '');
}

/** Whether the file system said it ("EACCES"), or has no regular file there, and not Node about a wrong argument ("ERR_…"). */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  if (error instanceof NotRegularFile) return true;
  return /^E[A-Z0-9]+$/.test((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
