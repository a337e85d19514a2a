import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { NotRegularFile, streamRegular } from './open-regular.js';

/** How a digest is made, and what ends it. */
export interface DigestOptions {
  /** @default 'sha256' */
  readonly algorithm?: 'sha256' | 'sha512';
  readonly signal?: AbortSignal;
}

/**
 * SHA-256 of a file's bytes, lower-case hex.
 *
 * @throws {NotRegularFile} for a pipe, a device and the like
 * @throws the system's error for a file that can't be read, and the signal's reason
 */
export async function digestFile(path: string, signal?: AbortSignal): Promise<string> {
  return (await digestBytes(path, { signal })).toString('hex');
}

/** As `digestFile`; undefined where there is no regular file. */
export function digestIfThere(path: string, signal?: AbortSignal): Promise<string | undefined> {
  return digestFile(path, signal).catch(ignoreAbsent);
}

/** Passes over an error that says that there is no regular file. */
export function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && !(error instanceof NotRegularFile)) throw error;
}

/** As `digestFile`, as bytes. */
export async function digestBytes(
  path: string,
  { algorithm = 'sha256', signal }: DigestOptions = {},
): Promise<Buffer> {
  const hash = createHash(algorithm);
  await pipeline(await streamRegular(path), hash, { signal });
  return hash.digest();
}
