import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type TestEntry, writeZip } from '../../images/zip-file.js';
import { elfBytes, PROVIDER_NEEDS } from './elf-bytes.js';

/** What a made package says of itself, where it is not that of a sound one. */
export interface MadePackage {
  readonly name?: string;
  readonly version?: string;
  readonly tag?: string;
  /** Of the provider library. */
  readonly cuda?: Buffer;
  /** What RECORD states of it; the truth where absent. */
  readonly digest?: string;
  /** Besides, or in place of what has the same name. */
  readonly entries?: readonly TestEntry[];
  /** Names that are left out. */
  readonly lacks?: readonly string[];
}

/** The provider of a wheel, with the version that stands in it. */
export function providerBytes(version: string, needed: readonly string[] = PROVIDER_NEEDS): Buffer {
  return elfBytes({ needed, rest: `\0Invalid device ID: \0${version}\0cudaSetDevice(id)\0` });
}

export const SHARED_BYTES = elfBytes({ soname: 'libonnxruntime_providers_shared.so', needed: ['libc.so.6'] });

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64url');

/** Entries of a wheel of onnxruntime-gpu. */
export function wheelEntries(version: string, made: MadePackage = {}): TestEntry[] {
  const {
    name = 'onnxruntime-gpu',
    cuda = providerBytes(version),
    tag = 'cp311-cp311-manylinux_2_28_x86_64',
  } = made;
  const info = `onnxruntime_gpu-${made.version ?? version}.dist-info`;
  const cudaPath = 'onnxruntime/capi/libonnxruntime_providers_cuda.so';
  const sharedPath = 'onnxruntime/capi/libonnxruntime_providers_shared.so';
  const record = [
    `${cudaPath},sha256=${made.digest ?? sha256(cuda)},${cuda.length}`,
    `${sharedPath},sha256=${sha256(SHARED_BYTES)},${SHARED_BYTES.length}`,
    `${info}/RECORD,,`,
  ];
  const metadata = `Metadata-Version: 2.4\nName: ${name}\nVersion: ${made.version ?? version}\n\nVersion: 0.0.1 of the text\n`;
  return compose(
    [
      { name: 'onnxruntime/__init__.py', bytes: Buffer.from('pass\n') },
      { name: cudaPath, bytes: cuda, mode: 0o100775 },
      { name: sharedPath, bytes: SHARED_BYTES },
      { name: `${info}/METADATA`, bytes: Buffer.from(metadata) },
      { name: `${info}/WHEEL`, bytes: Buffer.from(`Wheel-Version: 1.0\nTag: ${tag}\n`) },
      { name: `${info}/RECORD`, bytes: Buffer.from(`${record.join('\r\n')}\r\n`) },
    ],
    made,
  );
}

/** Entries of Microsoft.ML.OnnxRuntime.Gpu.Linux. */
export function nugetEntries(version: string, made: MadePackage = {}): TestEntry[] {
  const { name = 'Microsoft.ML.OnnxRuntime.Gpu.Linux' } = made;
  const needs = PROVIDER_NEEDS.map((each) => each.replace('.13', '.12'));
  const spec = `<?xml version="1.0"?>\n<package><metadata>\n<id>${name}</id>\n<version>${made.version ?? version}</version>\n</metadata></package>`;
  const folder = 'runtimes/linux-x64/native';
  return compose(
    [
      { name: '[Content_Types].xml', bytes: Buffer.from('<Types/>') },
      { name: '_rels/.rels', bytes: Buffer.from('<Relationships/>') },
      { name: `${name}.nuspec`, bytes: Buffer.from(spec) },
      { name: `${folder}/libonnxruntime.so`, bytes: SHARED_BYTES },
      {
        name: `${folder}/libonnxruntime_providers_cuda.so`,
        bytes: made.cuda ?? providerBytes(version, needs),
      },
      { name: `${folder}/libonnxruntime_providers_shared.so`, bytes: SHARED_BYTES },
    ],
    made,
  );
}

/** Writes a package and returns its path. */
export function writePackage(folder: string, name: string, entries: readonly TestEntry[]): Promise<string> {
  return writeZip(join(folder, name), entries);
}

function compose(sound: readonly TestEntry[], { entries = [], lacks = [] }: MadePackage): TestEntry[] {
  const without = [...lacks, ...entries.map(({ name }) => name)];
  return [...sound.filter(({ name }) => !without.some((end) => name.endsWith(end))), ...entries];
}
