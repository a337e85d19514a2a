import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NetworkError } from '../../core/errors.js';
import { digestFile } from '../../storage/digest-file.js';
import { guardStorage } from '../../storage/guard-storage.js';
import { makeFolder } from '../../storage/make-folder.js';

import { isDigestOf, isUnpinned, type WeightFile } from '../catalogue.js';
import { BadSource } from './bad-source.js';
import { continuePart, type DownloadProgress, partOf } from './download-part.js';

export interface DownloadOptions {
  /** Ends the download with its reason. */
  readonly signal?: AbortSignal;
  /** Called as bytes arrive. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** One sentence for each try that failed and is followed by another. */
  readonly onRetry?: (what: string) => void;
  /** A server that sends nothing for so many milliseconds has stalled. @default 30000 */
  readonly stallMs?: number;
  /** Over each `stallMs` a server must bring so many bytes a second. @default 4096 */
  readonly leastBytesPerSecond?: number;
  /** Tries in all, over all addresses. @default 6 */
  readonly tries?: number;
  /** Milliseconds before the second try; each further one waits twice as long. @default 1000 */
  readonly backoffMs?: number;
}

const STALL_MS = 30_000;
const LEAST_BYTES_PER_SECOND = 4096;
const TRIES = 6;
const BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 30_000;

/**
 * Brings a file from the first of its addresses that gives it whole. What a broken download left in `<path>.part` is
 * continued; the file gets its name once its size and digest are right. HTTPS_PROXY and NO_PROXY are honored.
 *
 * @returns SHA-256 of the file, lower-case hex
 * @throws {NetworkError} naming what went wrong at each address
 * @throws {StorageError} if the disk does not take it
 * @throws the signal's reason if it is aborted; what was fetched until then stays
 */
export async function download(
  path: string,
  urls: readonly string[],
  expected: Pick<WeightFile, 'bytes' | 'sha256' | 'sha256Prefix'>,
  options: DownloadOptions = {},
): Promise<string> {
  const { signal, onRetry, stallMs = STALL_MS, tries = TRIES, backoffMs = BACKOFF_MS } = options;
  const { leastBytesPerSecond = LEAST_BYTES_PER_SECOND } = options;
  const part = partOf(path);
  await guardStorage(path, () => makeFolder(dirname(path)));
  // Loaded late: few runs download anything.
  const { EnvHttpProxyAgent } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: stallMs } });
  try {
    const sources = [...urls];
    const failures = new Map<string, string>();
    for (let tried = 0; tried < tries && sources.length > 0; tried++) {
      signal?.throwIfAborted();
      const url = sources.shift() as string;
      try {
        const limits = {
          bytes: expected.bytes,
          hasDigest: !isUnpinned(expected),
          stallMs,
          leastBytesPerSecond,
        };
        const before = await continuePart(part, url, { ...options, ...limits, dispatcher });
        const digest = await checkWhole(part.path, before, expected, signal);
        await guardStorage(path, () => rename(part.path, path));
        await rm(part.note, { force: true });
        return digest;
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof BadSource)) throw error;
        failures.set(url, error.message);
        if (error.mayRecover) sources.push(url);
        // Where there is another address, it is tried at once.
        const again = sources.length > 0 && tried + 1 < tries;
        const waitMs = sources[0] === url ? Math.min(LONGEST_BACKOFF_MS, backoffMs * 2 ** tried) : 0;
        if (again)
          onRetry?.(
            `${new URL(url).host} ${error.message}; trying again${sources[0] === url ? '' : ` at ${new URL(sources[0]).host}`}.`,
          );
        if (again) await sleep(waitMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
      }
    }
    throw failed(path, failures);
  } finally {
    // Not close(): a connection that has stalled would be waited for.
    await dispatcher.destroy();
  }
}

function failed(path: string, failures: ReadonlyMap<string, string>): NetworkError {
  const reasons = [...failures].map(([url, reason]) => `${url} ${reason}`).join('; ');
  return new NetworkError(
    `${basename(path)} could not be fetched (${reasons}): check the connection (HTTPS_PROXY, NO_PROXY), name a --mirror, or bring the file and say --from FILE.`,
  );
}

/**
 * Checks the bytes of a download, and removes the file if they are not those of the publisher.
 *
 * @param before how many of the bytes were there before the address was asked
 * @returns their SHA-256, lower-case hex
 *
 * @throws {BadSource} if they are not those of the publisher
 */
async function checkWhole(
  part: string,
  before: number,
  expected: Pick<WeightFile, 'bytes' | 'sha256' | 'sha256Prefix'>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const digest = await digestFile(part, signal);
  const wrong = describeMismatch(digest, (await stat(part)).size, expected);
  if (!wrong) return digest;
  await rm(part, { force: true });
  // Who sent what was there before is not known: the address has another try, from the first byte on.
  if (before > 0) throw new BadSource(`and what was fetched before make another file (${wrong})`, true);
  throw new BadSource(`gave another file (${wrong})`, false);
}

/** How a file differs from what its publisher says of it; undefined if it doesn't. */
export function describeMismatch(
  digest: string,
  bytes: number,
  expected: Pick<WeightFile, 'bytes' | 'sha256' | 'sha256Prefix'>,
): string | undefined {
  if (expected.bytes !== undefined && bytes !== expected.bytes) {
    return `it has ${bytes} bytes, not ${expected.bytes}`;
  }
  if (isUnpinned(expected) || isDigestOf(expected, digest)) return undefined;
  const { sha256, sha256Prefix } = expected;
  return `its SHA-256 is ${digest}, not ${sha256 ?? `${sha256Prefix}…`}`;
}
