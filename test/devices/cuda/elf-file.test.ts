import { describe, expect, it } from 'vitest';
import type { RandomAccess } from '../../../src/archives/random-access.js';
import { ElfError, readElf } from '../../../src/devices/cuda/libraries/elf-file.js';
import { elfBytes } from './elf-bytes.js';

/** Bytes as a file, and how many were asked for. */
function source(bytes: Buffer): RandomAccess & { asked: number } {
  return {
    size: bytes.length,
    asked: 0,
    async read(target, position) {
      this.asked += target.length;
      target.set(bytes.subarray(position, position + target.length));
    },
  };
}

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = elfBytes({ soname: 'liba.so.1', needed: ['libb.so.2'] });
  change(bytes);
  return bytes;
}

describe('readElf', () => {
  it('reads the name, the needs in their order and the folders', async () => {
    const made = {
      soname: 'liba.so.1',
      needed: ['libc.so.6', 'libb.so.2'],
      rpath: '$ORIGIN',
      runpath: '/opt/b:$ORIGIN/../lib',
    };
    expect(await readElf(source(elfBytes(made)))).toEqual({ isX64: true, ...made });
  });

  it('says of libraries for other processors only that', async () => {
    expect((await readElf(source(elfBytes({ processor: 183 })))).isX64).toBe(false);
    expect(await readElf(source(elfBytes({ bits: 1 })))).toEqual({ isX64: false, needed: [] });
  });

  it('takes this program for what it is', async () => {
    const { withOpenFile } = await import('../../../src/archives/random-access.js');
    const { runtimeFolder } = await import('../../../src/devices/cuda/provider-libraries.js');
    const facts = await withOpenFile(`${runtimeFolder()}/libonnxruntime.so.1`, readElf);
    expect(facts.soname).toBe('libonnxruntime.so.1');
    expect(facts.needed).toContain('libc.so.6');
  });

  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /is cut short/],
    ['a text', Buffer.from('#!/bin/sh\n'.repeat(10)), /is no shared library/],
    ['a program', changed((bytes) => bytes.writeUInt16LE(2, 16)), /is no shared library/],
    ['a header alone', elfBytes({}).subarray(0, 64), /is cut short/],
    ['segments beyond the end', changed((bytes) => bytes.writeBigUInt64LE(2n ** 63n, 32)), /is cut short/],
    ['65,535 segments', changed((bytes) => bytes.writeUInt16LE(65_535, 56)), /impossible header/],
    ['segments of another size', changed((bytes) => bytes.writeUInt16LE(1, 54)), /impossible header/],
    ['no dynamic section', changed((bytes) => bytes.writeUInt32LE(7, 64 + 56)), /no section/],
    [
      'a dynamic section of 2^60 bytes',
      changed((bytes) => bytes.writeBigUInt64LE(2n ** 60n, 64 + 56 + 32)),
      /impossible section/,
    ],
    ['names outside of what is loaded', changed((bytes) => bytes.writeBigUInt64LE(0n, 64 + 32)), /outside/],
    [
      'a name beyond the end',
      changed((bytes) => bytes.writeBigUInt64LE(2n ** 62n, 64 + 2 * 56 + 8)),
      /is cut short|without an end/,
    ],
    ['names cut short', changed(() => undefined).subarray(0, -1), /without an end/],
  ])('refuses %s', async (_, bytes, message) => {
    const file = source(bytes);
    const reading = readElf(file);
    await expect(reading).rejects.toThrow(ElfError);
    await expect(reading).rejects.toThrow(message);
    expect(file.asked).toBeLessThan(10_000);
  });

  it('refuses more needs than a library has', async () => {
    const needed = Array.from({ length: 1025 }, (_, i) => `lib${i}.so`);
    await expect(readElf(source(elfBytes({ needed })))).rejects.toThrow('needs 1025 libraries');
  });
});
