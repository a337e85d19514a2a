import {
  closeSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeNpy } from '../../src/archives/npy.js';
import { ImagesError } from '../../src/core/errors.js';
import type { ImageSource } from '../../src/images/image-source.js';
import { imagesInMemory } from '../../src/images/memory.js';
import { openImages } from '../../src/images/open.js';
import { writeTar } from './forms/tar-file.js';
import { parquetFile, plainValues } from './parquet-file.js';
import { dot, pictureFolder } from './picture-folder.js';
import { writeZip } from './zip-file.js';

const CHANGED = /changed while it was being read/;

/** Writes into the file itself and restores its times, as a writer with a memory map seems to. */
function rewrite(path: string, change: (bytes: Buffer) => void): void {
  const { atimeMs, mtimeMs } = statSync(path);
  const bytes = readFileSync(path);
  change(bytes);
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
}

/** Puts other bytes of the same number in the place of some. */
function replace(bytes: Buffer, old: Uint8Array, other: Uint8Array): void {
  const at = bytes.indexOf(old);
  if (at < 0 || old.length !== other.length) throw new Error('there is nothing to replace');
  bytes.set(other, at);
}

const array = () =>
  encodeNpy({ shape: [3, 4, 4, 3], data: Uint8Array.from({ length: 3 * 48 }, (_, i) => 10 + i) });
const CIFAR_ROW = 1 + 3 * 32 * 32;
const inRow =
  (rowBytes: number, end: (bytes: Buffer) => number) =>
  (bytes: Buffer): void => {
    bytes[end(bytes) - rowBytes - 1] ^= 1;
  };

/** Every form in which pictures come: a file of three pictures, and what changes the second of them. */
const FORMS: Readonly<
  Record<
    string,
    { make: (folder: string) => string | Promise<string>; change: (bytes: Buffer) => void; file?: string }
  >
> = {
  folder: {
    make: (folder) => folder,
    file: 'b.png',
    change: (bytes) => replace(bytes, dot(1), dot(9)),
  },
  tar: {
    make: (folder) =>
      writeTar(
        join(folder, 'set.tar'),
        ['a', 'b', 'c'].map((name, i) => ({ name: `${name}.png`, bytes: dot(i) })),
      ),
    change: (bytes) => replace(bytes, dot(1), dot(9)),
  },
  zip: {
    make: (folder) =>
      writeZip(
        join(folder, 'set.zip'),
        ['a', 'b', 'c'].map((name, i) => ({ name: `${name}.png`, bytes: dot(i), stored: true })),
      ),
    change: (bytes) => replace(bytes, dot(1), dot(9)),
  },
  npy: {
    make: (folder) => {
      writeFileSync(join(folder, 'set.npy'), array());
      return join(folder, 'set.npy');
    },
    change: inRow(48, (bytes) => bytes.length),
  },
  npz: {
    make: (folder) =>
      writeZip(join(folder, 'set.npz'), [{ name: 'arr_0.npy', bytes: Buffer.from(array()), stored: true }]),
    change: (bytes) => inRow(48, (all) => all.indexOf(Buffer.from(array()).subarray(-48)) + 48)(bytes),
  },
  parquet: {
    make: (folder) => {
      const pages = [{ data: plainValues(dot(0), dot(1), dot(2)), values: 3 }];
      writeFileSync(join(folder, 'set.parquet'), parquetFile({ pages }));
      return join(folder, 'set.parquet');
    },
    change: (bytes) => replace(bytes, dot(1), dot(9)),
  },
  'CIFAR-10 .bin': {
    make: (folder) => {
      writeFileSync(join(folder, 'test_batch.bin'), Buffer.alloc(3 * CIFAR_ROW, 5));
      return join(folder, 'test_batch.bin');
    },
    change: inRow(CIFAR_ROW, (bytes) => bytes.length),
  },
};

async function open(form: string): Promise<{ source: ImageSource; path: string }> {
  const { make, file } = FORMS[form];
  const folder = pictureFolder(form === 'folder' ? ['a.png', 'b.png', 'c.png'] : {});
  const path = await make(folder);
  return { source: await openImages(path), path: file ? join(path, file) : path };
}

async function readAll(source: ImageSource, options = {}): Promise<number[]> {
  const values: number[] = [];
  for await (const outcome of source.pictures(source.entries.keys(), options))
    values.push(outcome.ok ? outcome.pixels[0] : -1);
  return values;
}

describe('pictures whose bytes change between their digest and their decoding, with size and times kept', () => {
  for (const form of Object.keys(FORMS)) {
    it(`of the form ${form} are an error that names them, and no others`, async () => {
      const { source, path } = await open(form);
      expect(await source.inspect()).toHaveLength(3);
      expect(await readAll(source)).toHaveLength(3);
      rewrite(path, FORMS[form].change);
      await expect(readAll(source)).rejects.toThrow(ImagesError);
      await expect(readAll(source)).rejects.toThrow(CHANGED);
      await expect(source.picture(1)).rejects.toThrow(JSON.stringify(source.entries[1].id));
      expect((await source.picture(0)).ok).toBe(true);
      await source.close();
    });

    it(`of the form ${form} are read again as they are once they are hashed again`, async () => {
      const { source, path } = await open(form);
      const before = await source.inspect();
      rewrite(path, FORMS[form].change);
      // A zip has a checksum of its own, which these bytes don't have.
      if (form === 'zip') {
        await expect(source.inspect()).rejects.toThrow('checksum');
        return;
      }
      const after = await source.inspect();
      expect([...after].map(({ sha256 }, i) => sha256 === before.sha256(i))).toEqual([true, false, true]);
      expect(await readAll(source)).toHaveLength(3);
      await expect(readAll(source, { inspections: before })).rejects.toThrow(CHANGED);
    });
  }

  it('are no bad pictures that could be left out: they may be sound', async () => {
    const folder = pictureFolder(['a.png', 'b.png']);
    const source = await openImages(folder);
    await source.inspect();
    writeFileSync(join(folder, 'a.png'), 'no picture any more');
    await expect(readAll(source)).rejects.toThrow(CHANGED);
    unlinkSync(join(folder, 'b.png'));
    await expect(readAll(source)).rejects.toThrow('("a.png", "b.png"): start again');
  });

  it('may be written anew with the same bytes', async () => {
    const folder = pictureFolder(['a.png', 'b.png']);
    const source = await openImages(folder);
    await source.inspect();
    writeFileSync(join(folder, 'b.png'), dot(1));
    utimesSync(join(folder, 'b.png'), 1e9, 1e9);
    expect(await readAll(source)).toEqual([0, 1]);
  });

  it('in memory are an error too', async () => {
    const pixels = new Uint8Array(3);
    const source = imagesInMemory({ name: 'made', pictures: [{ id: 'x', width: 1, height: 1, pixels }] });
    expect(await readAll(source)).toEqual([0]);
    const inspections = await source.inspect();
    pixels.fill(7);
    await expect(readAll(source)).rejects.toThrow('made changed while it was being read ("x")');
    await source.inspect();
    expect(await readAll(source)).toEqual([7]);
    await expect(readAll(source, { inspections })).rejects.toThrow(ImagesError);
  });
});
