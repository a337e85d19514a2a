import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RandomAccess } from '../../../src/archives/random-access.js';
import { unpackEntry } from '../../../src/archives/zip/unpack-entry.js';
import { readZipDirectory } from '../../../src/archives/zip/zip-directory.js';
import { ZipError } from '../../../src/archives/zip/zip-error.js';
import { type TestEntry, writeZip } from '../../images/zip-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-zip-'));
});
afterAll(() => rm(folder, { recursive: true }));

const HELLO = Buffer.from('hello, hello, hello, hello, hello');

/** An archive in memory, with bytes changed. */
async function archive(
  entries: readonly TestEntry[],
  change = (_bytes: Buffer) => {},
): Promise<RandomAccess> {
  const bytes = readFileSync(await writeZip(join(folder, 'a.zip'), entries, { comment: 'a note' }));
  change(bytes);
  return {
    size: bytes.length,
    read: async (target, position) => target.set(bytes.subarray(position, position + target.length)),
  };
}

const hello = (name: string, stored = false) => ({ name, bytes: HELLO, stored });

async function unpack(source: RandomAccess): Promise<string[]> {
  const { entries } = await readZipDirectory(source);
  const texts: string[] = [];
  for (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of unpackEntry(source, entry)) chunks.push(chunk);
    texts.push(Buffer.concat(chunks).toString());
  }
  return texts;
}

describe('a zip archive in memory', () => {
  it('is listed with its comment, and unpacked', async () => {
    const source = await archive([
      hello('a.txt'),
      hello('b/c.txt', true),
      { name: 'empty', bytes: Buffer.alloc(0) },
    ]);
    const { entries, comment } = await readZipDirectory(source);
    expect(comment).toBe('a note');
    expect(entries.map(({ name, bytes, isDeflated }) => [name, bytes, isDeflated])).toEqual([
      ['a.txt', HELLO.length, true],
      ['b/c.txt', HELLO.length, false],
      ['empty', 0, expect.any(Boolean)],
    ]);
    expect(entries.map(({ limit }) => limit)).toEqual([entries[1].offset, entries[2].offset, source.size]);
    expect(await unpack(source)).toEqual([String(HELLO), String(HELLO), '']);
  });

  it('is refused above the number of entries that the reader sets', async () => {
    const source = await archive([hello('a'), hello('b')]);
    await expect(readZipDirectory(source, { maxEntries: 1 })).rejects.toThrow(
      'it has 2 entries, more than the 1 that are read',
    );
  });

  it('may have backslashes in names, unless the reader refuses them', async () => {
    const source = await archive([hello('a/b.txt')], (bytes) => {
      for (let at = bytes.indexOf('a/b.txt'); at >= 0; at = bytes.indexOf('a/b.txt')) bytes[at + 1] = 0x5c;
    });
    expect((await readZipDirectory(source)).entries[0].name).toBe('a/b.txt');
    await expect(readZipDirectory(source, { refusesBackslashes: true })).rejects.toThrow(ZipError);
    expect(await unpack(source)).toEqual([String(HELLO)]);
  });

  it.each<[string, (bytes: Buffer) => void, RegExp]>([
    ['another name', (bytes) => bytes.write('b', bytes.indexOf('a.txt')), /^is described in two ways$/],
    ['another method', (bytes) => bytes.writeUInt16LE(0, 8), /^is described in two ways$/],
    ['no mark', (bytes) => bytes.fill(0, 0, 4), /^is not where the directory of the zip says$/],
    ['too long an extra field', (bytes) => bytes.writeUInt16LE(60_000, 28), /^lies outside the file$/],
    ['data that are noise', (bytes) => bytes.fill(0xff, 35, 45), /^cannot be unpacked \(/],
  ])('whose entry has %s in front of it or in it is refused by a ZipError', async (_, change, message) => {
    const source = await archive([hello('a.txt')], change);
    await expect(unpack(source)).rejects.toThrow(ZipError);
    await expect(unpack(source)).rejects.toThrow(message);
  });

  it('passes on what its source throws', async () => {
    const source = await archive([hello('a.txt')]);
    const broken = { ...source, read: () => Promise.reject(new Error('the disk is gone')) };
    await expect(readZipDirectory(broken)).rejects.toThrow(/^the disk is gone$/);
    await expect(readZipDirectory(broken)).rejects.not.toThrow(ZipError);
  });
});
