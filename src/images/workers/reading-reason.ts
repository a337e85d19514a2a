import { DamagedPicture } from '../decoding/damaged-picture.js';

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be read (permission denied)',
  EPERM: 'may not be read (permission denied)',
  ELOOP: 'is a link to itself',
  ENXIO: 'is not a regular file',
  EISDIR: 'is a folder',
};

/** Why a picture can't be read or decoded, as half a sentence. */
export function reasonOf(error: unknown): string {
  if (error instanceof DamagedPicture) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return SYSTEM_REASONS[code ?? ''] ?? `cannot be read (${message})`;
}
