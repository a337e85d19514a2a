import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type RandomAccess, withOpenFile } from '../../../archives/random-access.js';
import { unpackEntry } from '../../../archives/zip/unpack-entry.js';
import { ZipError } from '../../../archives/zip/zip-error.js';
import { cudaOf } from '../cuda-of.js';
import { ElfError, type ElfFacts, readElf, startsAsElf } from '../libraries/elf-file.js';
import { PROVIDER_LIBRARIES } from '../provider-libraries.js';
import { PackageError, type PackedLibrary } from './provider-package.js';
import { StatedVersion } from './stated-version.js';

const [CUDA_LIBRARY] = PROVIDER_LIBRARIES;

/** The package that a library comes from, and what it must be. */
export interface LibrarySource {
  /** The package, for messages. */
  readonly path: string;
  readonly file: RandomAccess;
  /** Version of ONNX Runtime that the library must fit. */
  readonly version: string;
  readonly signal?: AbortSignal;
}

/** A library that is whole and checked. */
export interface UnpackedLibrary {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
  readonly facts: ElfFacts;
}

/**
 * Unpacks a library to a new file, no further than its stated size, and checks it: the checksum of the archive, the SHA-256 that the
 * package states, the processor, the version that stands in it, and that the provider needs CUDA.
 *
 * @throws {PackageError} if it is damaged, for another processor, of another version, or another library
 * @throws the system's error, if it can't be written
 */
export async function unpackLibrary(
  { name, entry, digest }: PackedLibrary,
  target: string,
  { path, file, version, signal }: LibrarySource,
): Promise<UnpackedLibrary> {
  const refuse = (what: string, fix = 'get it again', cause?: unknown) =>
    new PackageError(path, `its ${name} ${what}`, fix, { cause });
  const hash = createHash('sha256');
  const stated = new StatedVersion();
  const watched = async function* () {
    let isFirst = true;
    for await (const piece of unpackEntry(file, entry, signal)) {
      // Before the rest is written, which may be far more than the package itself.
      if (isFirst && !startsAsElf(piece)) throw refuse('is no shared library');
      isFirst = false;
      hash.update(piece);
      stated.update(piece);
      yield piece;
    }
  };
  try {
    await pipeline(watched, createWriteStream(target, { flags: 'wx', mode: 0o755, flush: true }));
  } catch (error) {
    throw error instanceof ZipError ? refuse(error.message, undefined, error) : error;
  }
  const sha256 = hash.digest();
  if (digest !== undefined && digest !== sha256.toString('base64url')) {
    throw refuse('does not have the SHA-256 that the package states of it');
  }
  const other = stated.otherThan(version);
  if (other !== undefined)
    throw refuse(`says that it is of ONNX Runtime ${other}`, `take a package of ${version}`);
  const facts = await withOpenFile(target, readElf).catch((error) => {
    throw error instanceof ElfError ? refuse(error.message, undefined, error) : error;
  });
  if (!facts.isX64) throw refuse('is for another processor', 'take the package for Linux on x64');
  if (name === CUDA_LIBRARY && cudaOf(facts.needed) === undefined) {
    throw refuse('needs no library of CUDA, and is another library under this name');
  }
  return { name, bytes: entry.bytes, sha256: sha256.toString('hex'), facts };
}
