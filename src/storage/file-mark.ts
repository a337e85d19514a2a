import { stat } from 'node:fs/promises';

/** Clocks of file systems are coarse: what was written twice within one tick looks the same, so a file counts once it has rested. */
const REST_MS = 2000;

/**
 * What changes with every change of a file's content, without reading it: its place on the disk, its size, and when it was last written
 * and changed.
 *
 * @param now milliseconds since 1970
 * @returns undefined where it can't be told: for what is no regular file, and for a file that was changed a moment ago
 */
export async function markOfFile(path: string, now = Date.now()): Promise<string | undefined> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  if (!facts?.isFile()) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs } = facts;
  const last = Math.max(Number(mtimeNs), Number(ctimeNs)) / 1e6;
  return now - last < REST_MS ? undefined : [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}
