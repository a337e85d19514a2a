import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { runtimePackageVersion } from '../../../src/core/runtime-package.js';
import { elfBytes } from '../../devices/cuda/elf-bytes.js';
import {
  type MadePackage,
  nugetEntries,
  providerBytes,
  wheelEntries,
} from '../../devices/cuda/provider-packages.js';
import type { TestEntry } from '../../images/zip-file.js';
import { type HostileCase, put } from '../hostile-case.js';
import { type RawEntry, rawZip, zeros } from './zip.js';

const VERSION = runtimePackageVersion();
const LIBRARY = 'onnxruntime/capi/libonnxruntime_providers_cuda.so';
const MIB = 2 ** 20;

/** Installs a package that must be refused before anything stands beside ONNX Runtime. */
function refused(name: string, file: string, make: () => Buffer, says: RegExp): HostileCase {
  return {
    name,
    make: (folder) => {
      put(folder, { [file]: make() });
      return { args: ['devices', 'install', 'cuda', '--from', join(folder, file)] };
    },
    exit: 4,
    says,
  };
}

const raw = (entries: readonly TestEntry[]): RawEntry[] =>
  entries.map(({ name, bytes }) => ({ name, data: bytes }));

/** A wheel whose library, or another entry, says whatever it likes. */
function wheel(change: Partial<RawEntry> = {}, more: readonly RawEntry[] = [], at = LIBRARY): Buffer {
  const entries = raw(wheelEntries(VERSION));
  return rawZip([
    ...entries.map((entry) => (entry.name.endsWith(at) ? { ...entry, ...change } : entry)),
    ...more,
  ]);
}

const made = (what: MadePackage, version = VERSION) => rawZip(raw(wheelEntries(version, what)));

/** The mode of a link in the record of an entry, which has no field for it here. */
function asLink(archive: Buffer): Buffer {
  const changed = Buffer.from(archive);
  const at = changed.lastIndexOf(LIBRARY) - 46;
  changed.writeUInt16LE(0x0314, at + 4);
  changed.writeUInt32LE((0o120777 << 16) >>> 0, at + 38);
  return changed;
}

const boundless = elfBytes({ needed: ['libcudart.so.13'] });
boundless.writeBigUInt64LE(2n ** 60n, 64 + 56 + 32);

export const providerPackages: readonly HostileCase[] = [
  refused(
    'wheel with an entry ../../libc.so.6',
    'a.whl',
    () => wheel({}, [{ name: '../../libc.so.6', data: Buffer.from('x') }]),
    /invalid relative path/,
  ),
  refused(
    'wheel with an entry /tmp/libc.so.6',
    'a.whl',
    () => wheel({}, [{ name: '/tmp/libc.so.6', data: Buffer.from('x') }]),
    /absolute path/,
  ),
  refused(
    'wheel whose library is a link to /etc/passwd',
    'a.whl',
    () => asLink(wheel({ data: Buffer.from('/etc/passwd') })),
    /cuda\.so" is a link/,
  ),
  refused(
    'wheel whose library is encrypted',
    'a.whl',
    () => wheel({ data: deflateRawSync(providerBytes(VERSION)), method: 8, flags: 1 }),
    /cuda\.so" is encrypted/,
  ),
  refused(
    'wheel with its library twice',
    'a.whl',
    () => wheel({}, [{ name: LIBRARY, data: providerBytes(VERSION) }]),
    /cuda\.so" twice/,
  ),
  refused(
    'wheel whose library claims 4 GB in a few bytes',
    'a.whl',
    () => wheel({ method: 8, bytes: 4e9 }),
    /claims to unpack from/,
  ),
  refused(
    'wheel bomb: a library of 3 GB',
    'a.whl',
    () => wheel({ data: zeros(3000), method: 8, bytes: 3000 * MIB, crc: 0 }),
    /has 3145728000 bytes, more than 2147483648/,
  ),
  refused(
    'wheel bomb: metadata of 500 MB',
    'a.whl',
    () => wheel({ data: zeros(500), method: 8, bytes: 500 * MIB, crc: 0 }, [], '/METADATA'),
    /has 524288000 bytes, more than 65536/,
  ),
  refused(
    'wheel whose library unpacks to more than it states',
    'a.whl',
    () => wheel({ data: deflateRawSync(Buffer.alloc(5000)), method: 8, bytes: 4000 }),
    /does not unpack to the size/,
  ),
  refused('wheel whose library fails its checksum', 'a.whl', () => wheel({ crc: 1 }), /is damaged/),
  refused(
    'wheel whose library is another than its record lists',
    'a.whl',
    () => wheel({ data: elfBytes({}) }),
    /does not have the SHA-256/,
  ),
  refused('wheel cut in half', 'a.whl', () => wheel().subarray(0, 900), /it has no directory at its end/),
  refused(
    'wheel of another version',
    'a.whl',
    () => made({}, '1.2.3'),
    /it is onnxruntime-gpu 1\.2\.3, and ONNX Runtime here is/,
  ),
  refused(
    'wheel that hides another version in its library',
    'a.whl',
    () => made({ cuda: providerBytes('1.29.1') }),
    /says that it is of ONNX Runtime 1\.29\.1/,
  ),
  refused('wheel for Windows', 'a.whl', () => made({ tag: 'cp311-cp311-win_amd64' }), /it is for win_amd64/),
  refused(
    'wheel for Linux with a library for ARM',
    'a.whl',
    () => made({ cuda: elfBytes({ processor: 183 }) }),
    /is for another processor/,
  ),
  refused(
    'wheel whose library is a script',
    'a.whl',
    () => made({ cuda: Buffer.from('#!/bin/sh\ntouch /tmp/hacked\n'.repeat(9)) }),
    /is no shared library/,
  ),
  refused(
    'wheel whose library states needs of 2^60 bytes',
    'a.whl',
    () => made({ cuda: boundless }),
    /impossible section/,
  ),
  refused(
    'wheel of a project with a name for terminals',
    'a.whl',
    () => made({ name: 'onnx\x1b[2Jruntime-gpu' }),
    /it is "onnx/,
  ),
  refused(
    'NuGet package of another version',
    'a.nupkg',
    () => rawZip(raw(nugetEntries('1.2.3'))),
    /Gpu\.Linux 1\.2\.3, and/,
  ),
  refused(
    'NuGet package for Windows',
    'a.nupkg',
    () => rawZip(raw(nugetEntries(VERSION, { name: 'Microsoft.ML.OnnxRuntime.Gpu.Windows' }))),
    /for Windows/,
  ),
  refused(
    'NuGet package with 15,000 beginnings of an id',
    'a.nupkg',
    () => rawZip([{ name: 'a.nuspec', data: Buffer.from('<id>'.repeat(15_000)) }]),
    /it is ""/,
  ),
];
