import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NetworkError } from './errors.js';

const NAME = 'onnxruntime-node';
/** Where a packed ganeval has ONNX Runtime of its own; the path is the same from every folder of dist/. */
const EMBEDDED = fileURLToPath(new URL('../onnxruntime', import.meta.url));

/** A package of ONNX Runtime that is here. */
export interface RuntimePackage {
  /** Its folder. */
  readonly folder: string;
  /** Whether it is the copy that comes with ganeval, which has no install script and no CUDA. */
  readonly isEmbedded: boolean;
}

/**
 * Finds ONNX Runtime: the installed package, or else the copy in this one. npm leaves the package out where its install
 * script fails, because it is an optional dependency: on Linux on x64 the script fetches CUDA from outside the registry.
 *
 * @throws {NetworkError} where neither is here
 */
export function findRuntimePackage(): RuntimePackage {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${NAME}/package.json`);
    return { folder: dirname(manifest), isEmbedded: false };
  } catch (cause) {
    if (existsSync(join(EMBEDDED, binariesOf(process)))) return { folder: EMBEDDED, isEmbedded: true };
    throw new NetworkError(
      `ONNX Runtime is not installed: run "npm install --ignore-scripts ${NAME}" where ganeval is installed (it is an optional dependency, which --omit=optional leaves out).`,
      { cause },
    );
  }
}

/** Version of the package that `findRuntimePackage` finds, without loading its library. */
export function runtimePackageVersion(): string {
  return JSON.parse(readFileSync(join(findRuntimePackage().folder, 'package.json'), 'utf8')).version;
}

/** Folder of a platform's libraries in the package. */
export function binariesOf({ platform, arch }: Pick<NodeJS.Process, 'platform' | 'arch'>): string {
  return join('bin', 'napi-v6', platform, arch);
}
