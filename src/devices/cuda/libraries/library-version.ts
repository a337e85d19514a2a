import { basename } from 'node:path';
import type { MachineFiles } from '../machine-files.js';

/** What is known of a library besides its name. */
export interface LibraryVersion {
  /** As `13.0.0.19`; undefined if neither its file name nor a Python package says it. */
  readonly version?: string;
  /** The Python package that brought it: `nvidia-cudnn-cu12`. */
  readonly package?: string;
}

const MAX_RECORD_BYTES = 2 ** 24;

/**
 * Finds the version of a library: in the name of the file that the links lead to (`libcudnn.so.9.19.0`), or in the record of the Python
 * package that brought it.
 */
export async function findLibraryVersion(machine: MachineFiles, path: string): Promise<LibraryVersion> {
  const real = await machine.realPath(path);
  const packaged = (await findPackage(machine, path)) ?? (await findPackage(machine, real));
  if (packaged) return packaged;
  const [, version] = /\.so\.(\d+(?:\.\d+)+)$/.exec(basename(real)) ?? [];
  return version === undefined ? {} : { version };
}

/** Major version in a name: 13 of `libcublas.so.13`. */
export function majorOf(name: string): string | undefined {
  return /\.so\.(\d+)/.exec(name)?.[1];
}

/** The CUDA that a Python package is for: 12 of `nvidia-cudnn-cu12`. */
export function cudaOfPackage(name: string | undefined): string | undefined {
  return /-cu(\d+)$/.exec(name ?? '')?.[1];
}

/** Compares versions part by part; negative if `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

async function findPackage(machine: MachineFiles, path: string): Promise<LibraryVersion | undefined> {
  const [, site, inside] = /^(.*\/(?:site|dist)-packages)\/(nvidia\/.+)$/.exec(path) ?? [];
  if (site === undefined) return undefined;
  for (const name of await machine.list(site)) {
    const [, distribution, version] = /^(nvidia_[A-Za-z0-9_]+)-(\d[0-9.]*)\.dist-info$/.exec(name) ?? [];
    if (distribution === undefined) continue;
    const record = await machine.readText(`${site}/${name}/RECORD`, MAX_RECORD_BYTES);
    if (record?.split('\n').some((line) => line.startsWith(`${inside},`))) {
      return { version, package: distribution.replaceAll('_', '-') };
    }
  }
  return undefined;
}
