import { basename } from 'node:path';
import type { RandomAccess } from '../../../archives/random-access.js';
import { unpackEntry } from '../../../archives/zip/unpack-entry.js';
import { readZipDirectory } from '../../../archives/zip/zip-directory.js';
import type { ZipEntry } from '../../../archives/zip/zip-entry.js';
import { ZipError } from '../../../archives/zip/zip-error.js';
import { NetworkError } from '../../../core/errors.js';
import { PROVIDER_LIBRARIES } from '../provider-libraries.js';

/** A package that brings the CUDA provider of ONNX Runtime for Linux on x64. */
export interface ProviderPackage {
  readonly kind: 'wheel' | 'NuGet package';
  /** As the package itself says: onnxruntime-gpu, Microsoft.ML.OnnxRuntime.Gpu.Linux. */
  readonly name: string;
  readonly version: string;
  /** What is taken, in the order of `PROVIDER_LIBRARIES`. */
  readonly libraries: readonly PackedLibrary[];
}

/** A library in a package. */
export interface PackedLibrary {
  readonly name: string;
  readonly entry: ZipEntry;
  /** SHA-256 in base64url that the package states. */
  readonly digest?: string;
}

/** A package that can't be used. The message is a clause. */
export class PackageError extends NetworkError {
  constructor(path: string, what: string, fix: string, options?: ErrorOptions) {
    super(`${JSON.stringify(path)} cannot be used (${what}): ${fix}.`, options);
  }
}

/** Each kind's own text about itself is far smaller. */
const MAX_TEXT_BYTES = 2 ** 16;
/** A line for each of hundreds of files. */
const MAX_RECORD_BYTES = 2 ** 24;
/** No name and no version is so long. */
const MAX_FIELD_LENGTH = 100;
const MAX_ENTRIES = 100_000;
/** The provider of 1.30 has 272 MB. */
const MAX_LIBRARY_BYTES = 2 ** 31;
const NAMES = ['onnxruntime-gpu', 'microsoft.ml.onnxruntime.gpu.linux', 'microsoft.ml.onnxruntime.gpu'];
const WHEEL_FOLDER = 'onnxruntime/capi';
const NUGET_FOLDER = 'runtimes/linux-x64/native';
/** The last part of a wheel's tag: manylinux_2_28_x86_64, and perhaps others after periods. */
const LINUX_PLATFORM = /^(?:many)?linux\w*_x86_64$/;

/**
 * Reads what a package says of itself, and finds the provider in it. Nothing is unpacked but these texts.
 *
 * @param path of the file, for messages
 * @param file the package, open
 * @throws {PackageError} if it is no sound zip archive, none of these packages, or for another platform
 */
export async function readProviderPackage(path: string, file: RandomAccess): Promise<ProviderPackage> {
  const entries = await readZipDirectory(file, { maxEntries: MAX_ENTRIES }).catch((error) => {
    if (!(error instanceof ZipError)) throw error;
    throw new PackageError(path, error.message, 'get it again', { cause: error });
  });
  const reader = new PackageReader(path, file, entries.entries);
  const described = (await readWheel(reader)) ?? (await readNuget(reader));
  if (!described) {
    throw reader.refuse(
      'it is neither a wheel nor a NuGet package',
      'give the onnxruntime-gpu wheel, or the package Microsoft.ML.OnnxRuntime.Gpu.Linux (.nupkg)',
    );
  }
  return described;
}

/** The texts in a package. */
class PackageReader {
  readonly #byName: ReadonlyMap<string, ZipEntry>;

  constructor(
    readonly path: string,
    readonly file: RandomAccess,
    entries: readonly ZipEntry[],
  ) {
    this.#byName = new Map(entries.map((entry) => [entry.name, entry]));
  }

  get names(): string[] {
    return [...this.#byName.keys()];
  }

  refuse(what: string, fix: string): PackageError {
    return new PackageError(this.path, what, fix);
  }

  /** The one file whose name fits, if there is any. */
  findOne(pattern: RegExp): string | undefined {
    const found = this.names.filter((name) => pattern.test(name));
    if (found.length > 1)
      throw this.refuse(`it has ${found.length} files like ${JSON.stringify(found[0])}`, 'get it again');
    return found[0];
  }

  async readText(name: string, maxBytes = MAX_TEXT_BYTES): Promise<string> {
    const entry = this.#byName.get(name);
    if (!entry) throw this.refuse(`it has no ${JSON.stringify(name)}`, 'get it again');
    if (entry.bytes > maxBytes) {
      throw this.refuse(
        `${JSON.stringify(name)} has ${entry.bytes} bytes, more than ${maxBytes}`,
        'get it again',
      );
    }
    const pieces: Buffer[] = [];
    try {
      for await (const piece of unpackEntry(this.file, entry)) pieces.push(piece);
    } catch (error) {
      throw error instanceof ZipError
        ? this.refuse(`${JSON.stringify(name)} ${error.message}`, 'get it again')
        : error;
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  /** @param digests SHA-256 by path, where the package states them */
  libraries(folder: string, digests?: ReadonlyMap<string, string>): PackedLibrary[] {
    return PROVIDER_LIBRARIES.map((name) => {
      const place = `${folder}/${name}`;
      const entry = this.#byName.get(place);
      if (!entry) throw this.refuse(`it has no ${place}`, 'take the package for GPUs on Linux on x64');
      if (entry.bytes > MAX_LIBRARY_BYTES) {
        throw this.refuse(
          `${JSON.stringify(place)} has ${entry.bytes} bytes, more than ${MAX_LIBRARY_BYTES}`,
          'get it again',
        );
      }
      const digest = digests?.get(place);
      if (digests && digest === undefined)
        throw this.refuse(`its RECORD does not list ${place}`, 'get it again');
      return { name, entry, ...(digest !== undefined && { digest }) };
    });
  }
}

/** A wheel by the binary distribution format: METADATA, WHEEL and RECORD in one folder NAME-VERSION.dist-info. */
async function readWheel(reader: PackageReader): Promise<ProviderPackage | undefined> {
  const metadata = reader.findOne(/^[^/]+\.dist-info\/METADATA$/);
  if (metadata === undefined) return undefined;
  const folder = metadata.slice(0, -'/METADATA'.length);
  const fields = parseFields(await reader.readText(metadata));
  const [name = '', version = ''] = ['name', 'version'].map((key) =>
    fields.get(key)?.[0].slice(0, MAX_FIELD_LENGTH),
  );
  refuseOtherProduct(reader, name.replace(/[-_.]+/g, '-'));
  const tags = parseFields(await reader.readText(`${folder}/WHEEL`)).get('tag') ?? [];
  const platforms = tags.flatMap((tag) => tag.split('-').at(-1)?.split('.') ?? []);
  if (!platforms.some((platform) => LINUX_PLATFORM.test(platform))) {
    throw reader.refuse(
      `it is for ${platforms.length > 0 ? platforms.join(', ').slice(0, MAX_FIELD_LENGTH) : 'no platform'}`,
      'take the one for manylinux on x86_64',
    );
  }
  const digests = parseRecord(await reader.readText(`${folder}/RECORD`, MAX_RECORD_BYTES));
  return {
    kind: 'wheel',
    name,
    version: version.replace(/\+.*$/, ''),
    libraries: reader.libraries(WHEEL_FOLDER, digests),
  };
}

/** A NuGet package: ID.nuspec at the top. */
async function readNuget(reader: PackageReader): Promise<ProviderPackage | undefined> {
  const spec = reader.findOne(/^[^/]+\.nuspec$/);
  if (spec === undefined) return undefined;
  const text = await reader.readText(spec);
  const [name, version] = ['id', 'version'].map((tag) => {
    const [, value = ''] = new RegExp(`<${tag}>([^<]{0,${MAX_FIELD_LENGTH}})</${tag}>`).exec(text) ?? [];
    return value.trim();
  });
  refuseOtherProduct(reader, name);
  return {
    kind: 'NuGet package',
    name,
    version: version.replace(/\+.*$/, ''),
    libraries: reader.libraries(NUGET_FOLDER),
  };
}

function refuseOtherProduct(reader: PackageReader, name: string): void {
  if (NAMES.includes(name.toLowerCase())) return;
  const platform = /\.Gpu\.Windows$/i.test(name) ? ', for Windows' : '';
  throw reader.refuse(
    `it is ${JSON.stringify(name)}${platform}`,
    `take ${basename(reader.path).endsWith('.nupkg') ? 'Microsoft.ML.OnnxRuntime.Gpu.Linux' : 'onnxruntime-gpu'}`,
  );
}

/** Header fields as of an e-mail, by their names in lower case; what follows the first empty line is text. */
function parseFields(text: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    if (line === '') break;
    const [, name, value] = /^([A-Za-z-]+): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined)
      fields.set(name.toLowerCase(), [...(fields.get(name.toLowerCase()) ?? []), value]);
  }
  return fields;
}

/** SHA-256 in base64url by path. */
function parseRecord(text: string): Map<string, string> {
  const digests = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, path, digest] = /^"?([^",]+)"?,sha256=([\w-]+),\d*$/.exec(line) ?? [];
    if (path !== undefined) digests.set(path, digest);
  }
  return digests;
}
