import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetworkError, StorageError } from '../../../src/core/errors.js';
import { installProvider, removeProvider } from '../../../src/devices/cuda/package/install-provider.js';
import { replaceFiles } from '../../../src/devices/cuda/package/replace-files.js';
import { PROVIDER_LIBRARIES } from '../../../src/devices/cuda/provider-libraries.js';
import { lockBeside, withLock } from '../../../src/storage/locks/lock.js';
import type { TestEntry } from '../../images/zip-file.js';
import { elfBytes } from './elf-bytes.js';
import {
  nugetEntries,
  providerBytes,
  SHARED_BYTES,
  wheelEntries,
  writePackage,
} from './provider-packages.js';

const VERSION = '1.30.0';
const CUDA = 'libonnxruntime_providers_cuda.so';
const SHARED = 'libonnxruntime_providers_shared.so';
const hex = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ganeval-provider-'));
  folder = join(root, 'x64');
  mkdirSync(folder);
});

afterEach(() => rmSync(root, { recursive: true }));

const install = (path: string) => installProvider(path, { folder, version: VERSION });
const wheel = (entries: readonly TestEntry[] = wheelEntries(VERSION)) =>
  writePackage(root, 'onnxruntime_gpu.whl', entries);

describe('installProvider', () => {
  it('takes both libraries out of a wheel, and says which bytes', async () => {
    expect(await install(await wheel())).toEqual({
      kind: 'wheel',
      name: 'onnxruntime-gpu',
      version: VERSION,
      cuda: '13',
      folder,
      libraries: [
        { name: CUDA, bytes: providerBytes(VERSION).length, sha256: hex(providerBytes(VERSION)) },
        { name: SHARED, bytes: SHARED_BYTES.length, sha256: hex(SHARED_BYTES) },
      ],
    });
    expect(readdirSync(folder).sort()).toEqual([CUDA, SHARED]);
    expect(readFileSync(join(folder, CUDA))).toEqual(providerBytes(VERSION));
    expect(statSync(join(folder, CUDA)).mode & 0o111).not.toBe(0);
  });

  it('takes them out of a NuGet package, for CUDA 12', async () => {
    const path = await writePackage(
      root,
      'microsoft.ml.onnxruntime.gpu.linux.1.30.0.nupkg',
      nugetEntries(VERSION),
    );
    expect(await install(path)).toMatchObject({ kind: 'NuGet package', version: VERSION, cuda: '12' });
    expect(readFileSync(join(folder, SHARED))).toEqual(SHARED_BYTES);
  });

  it('says what it replaces', async () => {
    writeFileSync(join(folder, CUDA), 'old');
    const path = await wheel();
    expect((await install(path)).libraries.map(({ replaced }) => replaced)).toEqual([
      hex(Buffer.from('old')),
      undefined,
    ]);
    expect((await install(path)).libraries.map(({ replaced }) => replaced)).toEqual([
      hex(providerBytes(VERSION)),
      hex(SHARED_BYTES),
    ]);
    expect(readdirSync(folder).sort()).toEqual([CUDA, SHARED]);
  });

  it('puts neither in place where one cannot be', async () => {
    writeFileSync(join(folder, SHARED), 'old');
    // Nothing can be renamed over a folder.
    mkdirSync(join(folder, CUDA, 'in the way'), { recursive: true });
    const installing = install(await wheel());
    await expect(installing).rejects.toThrow(StorageError);
    await expect(installing).rejects.toThrow(`The folder ${join(folder, CUDA)} is in the way`);
    expect(readFileSync(join(folder, SHARED), 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual([CUDA, SHARED]);
  });

  it('takes a library that states no version, and local versions of a wheel', async () => {
    await install(await wheel(wheelEntries(VERSION, { cuda: elfBytes({ needed: ['libcudart.so.13'] }) })));
    await install(await wheel(wheelEntries(VERSION, { version: '1.30.0+cu130' })));
  });

  it.each<[string, () => TestEntry[], RegExp]>([
    [
      'another version',
      () => wheelEntries('1.29.1'),
      /it is onnxruntime-gpu 1\.29\.1, and ONNX Runtime here is 1\.30\.0\): take the package of 1\.30\.0/,
    ],
    [
      'another version of NuGet',
      () => nugetEntries('1.29.1'),
      /it is Microsoft\.ML\.OnnxRuntime\.Gpu\.Linux 1\.29\.1/,
    ],
    [
      'a development version',
      () => wheelEntries('1.30.0', { version: '1.30.0.dev20260101' }),
      /1\.30\.0\.dev20260101, and/,
    ],
    [
      'a library of another version',
      () => wheelEntries(VERSION, { cuda: providerBytes('1.29.1') }),
      /cuda\.so says that it is of ONNX Runtime 1\.29\.1/,
    ],
    [
      'Windows',
      () => wheelEntries(VERSION, { tag: 'cp311-cp311-win_amd64' }),
      /it is for win_amd64\): take the one for manylinux on x86_64/,
    ],
    [
      'ARM',
      () => wheelEntries(VERSION, { tag: 'cp311-cp311-manylinux_2_28_aarch64' }),
      /it is for manylinux_2_28_aarch64/,
    ],
    [
      'ARM under a false tag',
      () => wheelEntries(VERSION, { cuda: elfBytes({ processor: 183 }) }),
      /is for another processor/,
    ],
    [
      'Windows of NuGet',
      () => nugetEntries(VERSION, { name: 'Microsoft.ML.OnnxRuntime.Gpu.Windows' }),
      /it is "Microsoft\.ML\.OnnxRuntime\.Gpu\.Windows", for Windows/,
    ],
    [
      'the CPU',
      () => wheelEntries(VERSION, { name: 'onnxruntime' }),
      /it is "onnxruntime"\): take onnxruntime-gpu/,
    ],
    [
      'another project',
      () => wheelEntries(VERSION, { name: 'onnxruntime-gpu-evil' }),
      /it is "onnxruntime-gpu-evil"/,
    ],
    [
      'pictures',
      () => [{ name: 'a.png', bytes: Buffer.from('x') }],
      /it is neither a wheel nor a NuGet package/,
    ],
    [
      'two packages',
      () => [...wheelEntries(VERSION), { name: 'b.dist-info/METADATA', bytes: Buffer.from('x') }],
      /it has 2 files like/,
    ],
    [
      'no library',
      () => wheelEntries(VERSION, { lacks: ['cuda.so'] }),
      /it has no onnxruntime\/capi\/libonnxruntime_providers_cuda\.so/,
    ],
    ['no second library', () => wheelEntries(VERSION, { lacks: ['shared.so'] }), /it has no .*shared\.so/],
    [
      'no record',
      () => wheelEntries(VERSION, { lacks: ['RECORD'] }),
      /it has no "onnxruntime_gpu-1\.30\.0\.dist-info\/RECORD"/,
    ],
    [
      'a record of other bytes',
      () => wheelEntries(VERSION, { digest: 'A'.repeat(43) }),
      /does not have the SHA-256 that the package states/,
    ],
    [
      'a library that is none',
      () => wheelEntries(VERSION, { cuda: Buffer.alloc(5000, 'MZ') }),
      /its libonnxruntime_providers_cuda\.so is no shared library/,
    ],
    [
      'another library under the name of the provider',
      () => wheelEntries(VERSION, { cuda: SHARED_BYTES }),
      /its libonnxruntime_providers_cuda\.so needs no library of CUDA, and is another library under this name\): get it again/,
    ],
    [
      'a library that is none before it is unpacked whole',
      () => wheelEntries(VERSION, { cuda: Buffer.alloc(2 ** 22), digest: 'A'.repeat(43) }),
      /its libonnxruntime_providers_cuda\.so is no shared library/,
    ],
    [
      'a large text',
      () =>
        wheelEntries(VERSION, {
          entries: [{ name: 'onnxruntime_gpu-1.30.0.dist-info/WHEEL', bytes: Buffer.alloc(70_000) }],
        }),
      /has 70000 bytes, more than 65536/,
    ],
  ])('refuses %s, and leaves nothing', async (_, make, message) => {
    const installing = install(await wheel(make()));
    await expect(installing).rejects.toThrow(NetworkError);
    await expect(installing).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a package that is cut short, wherever', async () => {
    const path = await wheel();
    const whole = readFileSync(path);
    for (const bytes of [0, 4, 100, whole.length - 1]) {
      writeFileSync(path, whole);
      truncateSync(path, bytes);
      await expect(install(path)).rejects.toThrow(/cannot be used \(.*\): get it again\.$/);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names a package that cannot be read, and a folder that cannot be written', async () => {
    await expect(install(join(root, 'absent.whl'))).rejects.toThrow(
      /The package ".*absent\.whl" cannot be read \(ENOENT/,
    );
    await expect(install(root)).rejects.toThrow(/cannot be read \(it is not a regular file\)/);
    const nowhere = installProvider(await wheel(), { folder: join(root, 'absent'), version: VERSION });
    await expect(nowhere).rejects.toThrow(StorageError);
    await expect(nowhere).rejects.toThrow(
      /Cannot write to .*absent, where ONNX Runtime is: run this command as the owner/,
    );
  });

  // That of Ctrl-C is a DOMException, whose code is a number.
  it.each([new Error('stopped'), undefined])(
    'ends with the reason of a signal, and leaves nothing: %s',
    async (reason) => {
      const signal = AbortSignal.abort(reason);
      const installing = installProvider(await wheel(), { folder, version: VERSION, signal });
      await expect(installing).rejects.toBe(signal.reason);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe('replaceFiles', () => {
  it('puts back what stood there where a later one cannot be moved', async () => {
    for (const name of [SHARED, CUDA]) writeFileSync(join(root, name), 'new');
    writeFileSync(join(folder, SHARED), 'old');
    mkdirSync(join(folder, CUDA));
    await expect(replaceFiles([SHARED, CUDA], root, folder)).rejects.toThrow();
    expect(readFileSync(join(folder, SHARED), 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual([CUDA, SHARED]);
  });
});

describe('removeProvider', () => {
  it('removes both libraries and nothing else', async () => {
    writeFileSync(join(folder, 'libonnxruntime.so.1'), 'kept');
    await install(await wheel());
    expect(await removeProvider(folder)).toEqual([join(folder, CUDA), join(folder, SHARED)]);
    expect(readdirSync(folder)).toEqual(['libonnxruntime.so.1']);
    expect(await removeProvider(folder)).toEqual([]);
  });

  it('names a folder that has the name of a library, and removes nothing', async () => {
    writeFileSync(join(folder, CUDA), 'kept');
    mkdirSync(join(folder, SHARED));
    await expect(removeProvider(folder)).rejects.toThrow(StorageError);
    await expect(removeProvider(folder)).rejects.toThrow(`The folder ${join(folder, SHARED)} is in the way`);
    expect(readdirSync(folder).sort()).toEqual([CUDA, SHARED]);
  });

  it('removes nothing while another process installs', async () => {
    await install(await wheel());
    const lock = lockBeside(join(folder, PROVIDER_LIBRARIES[0]));
    const refuse = () => new Error('held');
    await withLock(lock, { staleMs: 600_000, refuse }, async () => {
      await expect(removeProvider(folder)).rejects.toThrow('or removes from it: wait for it.');
    });
    expect(readdirSync(folder).sort()).toEqual([CUDA, SHARED]);
  });

  it('removes and replaces a link that leads nowhere', async () => {
    const place = join(folder, CUDA);
    symlinkSync(join(root, 'absent'), place);
    expect(await removeProvider(folder)).toEqual([place]);
    symlinkSync(join(root, 'absent'), place);
    await install(await wheel());
    expect(readFileSync(place)).toEqual(providerBytes(VERSION));
    expect(lstatSync(place).isFile()).toBe(true);
  });
});
