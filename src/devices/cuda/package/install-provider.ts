import type { Stats } from 'node:fs';
import { access, constants, lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withOpenFile } from '../../../archives/random-access.js';
import { NetworkError, StorageError } from '../../../core/errors.js';
import { runtimePackageVersion } from '../../../core/runtime-package.js';
import { digestIfThere } from '../../../storage/digest-file.js';
import { guardStorage } from '../../../storage/guard-storage.js';
import { sweepOnce, temporaryName } from '../../../storage/leftovers.js';
import { lockBeside, withLock } from '../../../storage/locks/lock.js';
import { syncFolder } from '../../../storage/open-folder.js';
import { describeSystemError, isSystemError } from '../../../storage/system-error.js';
import { moveWhenComplete } from '../../../storage/write-whole.js';
import { cudaOf } from '../cuda-of.js';
import { PROVIDER_LIBRARIES, runtimeFolder } from '../provider-libraries.js';
import { PackageError, type ProviderPackage, readProviderPackage } from './provider-package.js';
import { replaceFiles } from './replace-files.js';
import { type LibrarySource, type UnpackedLibrary, unpackLibrary } from './unpack-library.js';

/** A library that was taken from a package. */
export interface InstalledLibrary extends Omit<UnpackedLibrary, 'facts'> {
  /** SHA-256 of what stood there before, where something did. */
  readonly replaced?: string;
}

/** What `installProvider` did. */
export interface InstalledProvider extends Pick<ProviderPackage, 'kind' | 'name' | 'version'> {
  /** Where the libraries are. */
  readonly folder: string;
  /** Major version of the CUDA that the provider is built for. */
  readonly cuda?: string;
  readonly libraries: readonly InstalledLibrary[];
}

/** Where a provider goes, and what it must fit. */
export interface InstallOptions {
  /** @default that of ONNX Runtime's libraries */
  readonly folder?: string;
  /**
   * Version of ONNX Runtime that is there.
   * @default that of the package that is found
   */
  readonly version?: string;
  readonly signal?: AbortSignal;
}

const STALE_LOCK_MS = 600_000;

/**
 * Takes ONNX Runtime's provider for CUDA out of a local package: a wheel of onnxruntime-gpu or a NuGet package. Both libraries are checked
 * before either is put in its place, by renaming; what stood there is replaced.
 *
 * @param from the package
 * @throws {NetworkError} if the package can't be read or used, or is not of the very version that is here
 * @throws {StorageError} if the libraries can't be written
 */
export async function installProvider(
  from: string,
  options: InstallOptions = {},
): Promise<InstalledProvider> {
  const { folder = runtimeFolder(), version = runtimePackageVersion(), signal } = options;
  await requireWritable(folder);
  for (const path of placesIn(folder)) await refuseFolder(path);
  try {
    return await withOpenFile(from, async (file) => {
      const described = await readProviderPackage(from, file);
      refuseOtherVersion(from, described, version);
      const installed = await locked(folder, () =>
        takeLibraries(described, folder, { path: from, file, version, signal }),
      );
      const { kind, name } = described;
      return { kind, name, version, folder, ...installed };
    });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const reason = describeSystemError(error);
    const sentence = `The package ${JSON.stringify(from)} cannot be read (${reason}): give the path of a wheel or NuGet package.`;
    throw new NetworkError(sentence, { cause: error });
  }
}

/**
 * Removes ONNX Runtime's provider for CUDA.
 *
 * @param folder of ONNX Runtime's libraries
 * @returns the paths of what was removed; none where it was not installed
 * @throws {StorageError} if it can't be removed, or another process installs or removes it; nothing is removed, if a folder has the name of a
 *   library
 */
export async function removeProvider(folder: string = runtimeFolder()): Promise<string[]> {
  const places = placesIn(folder);
  for (const path of places) await refuseFolder(path);
  const found = await Promise.all(places.map(statIfThere));
  if (!found.some((stats) => stats)) return [];
  await requireWritable(folder);
  return locked(folder, async () => {
    const removed: string[] = [];
    for (const path of places) {
      if (!(await statIfThere(path))) continue;
      await guardStorage(path, () => rm(path));
      removed.push(path);
    }
    return removed;
  });
}

function placesIn(folder: string): string[] {
  return PROVIDER_LIBRARIES.map((name) => join(folder, name));
}

/** A link is itself, wherever it leads: one that leads nowhere is removed or replaced as any. */
function statIfThere(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}

async function refuseFolder(path: string): Promise<void> {
  if (!(await statIfThere(path))?.isDirectory()) return;
  throw new StorageError(
    `The folder ${path} is in the way, where a library of ONNX Runtime belongs: remove the folder, or move it.`,
  );
}

/** Unpacks all libraries beside their place, and puts them there when all are whole. */
async function takeLibraries(
  { libraries: packed }: ProviderPackage,
  folder: string,
  source: LibrarySource,
): Promise<Pick<InstalledProvider, 'cuda' | 'libraries'>> {
  const unpacked: UnpackedLibrary[] = [];
  const libraries: InstalledLibrary[] = [];
  const unpackAll = async (aside: string) => {
    await mkdir(aside);
    for (const library of packed) {
      const { facts, ...whole } = await unpackLibrary(library, join(aside, library.name), source);
      const replaced = await digestIfThere(join(folder, library.name), source.signal);
      unpacked.push({ ...whole, facts });
      libraries.push({ ...whole, ...(replaced !== undefined && { replaced }) });
    }
  };
  // What loads the provider goes first: the provider alone would look installed.
  const names = PROVIDER_LIBRARIES.toReversed();
  await guardStorage(folder, async () => {
    await sweepOnce(folder);
    await moveWhenComplete(join(folder, temporaryName()), unpackAll, (aside) =>
      replaceFiles(names, aside, folder),
    );
    await syncFolder(folder);
  });
  const cuda = cudaOf(unpacked.flatMap(({ facts }) => facts.needed));
  return { libraries, ...(cuda !== undefined && { cuda }) };
}

function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const refuse = () =>
    new StorageError(`Another process installs to ${folder}, or removes from it: wait for it.`);
  return withLock(lockBeside(join(folder, PROVIDER_LIBRARIES[0])), { staleMs: STALE_LOCK_MS, refuse }, work);
}

function refuseOtherVersion(path: string, { name, version: found }: ProviderPackage, version: string): void {
  if (found === version) return;
  const fix = `take the package of ${version}`;
  throw new PackageError(path, `it is ${name} ${found}, and ONNX Runtime here is ${version}`, fix);
}

async function requireWritable(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new StorageError(
      `Cannot write to ${folder}, where ONNX Runtime is: run this command as the owner of the folder, or install ganeval in a folder of your own (npm install --prefix FOLDER ganeval) and run it from there.`,
      { cause },
    );
  }
}
