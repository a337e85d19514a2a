import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openImages } from '../../../src/images/open.js';
import { dot, pictureFolder } from '../picture-folder.js';
import { type TestEntry, writeZip } from '../zip-file.js';

const zip = (entries: readonly TestEntry[], options = {}) =>
  writeZip(join(pictureFolder([]), 'set.zip'), entries, options);
const pictures = (...names: string[]) => names.map((name, i) => ({ name, bytes: dot(i) }));

/** The archive with some of its bytes changed. */
async function damaged(entries: readonly TestEntry[], change: (bytes: Buffer) => void): Promise<string> {
  const path = await zip(entries);
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
  return path;
}

/** Where the record of the `n`-th entry begins in the directory. */
function recordOf(bytes: Buffer, n: number): number {
  let at = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  for (let i = 0; i < n; i++) at = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'), at + 4);
  return at;
}

describe('a zip archive', () => {
  it('is listed as the folder that it holds, stored or deflated, with zip64 or without', async () => {
    const names = ['2/b.png', '10/a.png', '2/é.png', '.x/c.png', '__MACOSX/2/._b.png', '2/note.txt'];
    const expected = await openImages(
      pictureFolder(Object.fromEntries(pictures(...names).map(({ name, bytes }) => [name, bytes]))),
    );
    for (const [stored, forceZip64Format] of [
      [true, false],
      [false, false],
      [false, true],
    ]) {
      const source = await openImages(
        await zip(
          pictures(...names).map((entry) => ({ ...entry, stored })),
          { forceZip64Format },
        ),
      );
      expect(source.kind).toBe('zip');
      expect(source.entries).toEqual(expected.entries);
      expect(source.classNames).toEqual(['2', '10']);
      expect(source.warnings).toEqual(['files that are not pictures were left out: 1 .txt']);
      expect([...(await source.inspect())]).toEqual([...(await expected.inspect())]);
      expect((await source.picture(2)).pixels).toEqual((await expected.picture(2)).pixels);
    }
  });

  it("takes the labels of StyleGAN's dataset.json, as a folder does", async () => {
    const files = {
      '00000/img0.png': dot(0),
      '00000/img1.png': dot(1),
      'dataset.json': Buffer.from('{"labels": [["00000/img1.png", 12], ["00000/img0.png", 3]]}'),
    };
    const entries = Object.entries(files).map(([name, bytes]) => ({ name, bytes }));
    for (const source of [await openImages(await zip(entries)), await openImages(pictureFolder(files))]) {
      expect(source.classNames).toEqual(['3', '12']);
      expect(source.entries.map(({ label }) => label)).toEqual([0, 1]);
      expect(source.warnings).toEqual([]);
    }
    const without = { ...files, 'dataset.json': '{"labels": null}' };
    expect((await openImages(pictureFolder(without))).classNames).toBeUndefined();
  });

  it.each([
    ['is not JSON', '{', /is not JSON/],
    [
      'leaves a picture out',
      '{"labels": [["0/a.png", 1]]}',
      /no label for 1 of the 2 pictures \("0\/b.png"\)/,
    ],
  ])('is refused where dataset.json %s', async (_, text, sentence) => {
    const entries = [...pictures('0/a.png', '0/b.png'), { name: 'dataset.json', bytes: Buffer.from(text) }];
    await expect(openImages(await zip(entries))).rejects.toThrow(sentence);
  });

  it('is refused where a name leads out of it', async () => {
    const path = await damaged(pictures('aaaaaa.png'), (bytes) => {
      const record = recordOf(bytes, 0);
      bytes.write('../../', record + 46, 'latin1');
    });
    await expect(openImages(path)).rejects.toThrow(/set.zip" cannot be used \(invalid relative path/);
  });

  it('is refused where an entry claims more than deflate can hold, or overlaps another', async () => {
    const bomb = await damaged(pictures('a.png'), (bytes) => {
      bytes.writeUInt32LE(2 ** 31, recordOf(bytes, 0) + 24);
    });
    await expect(openImages(bomb)).rejects.toThrow(/"a.png" claims to unpack from \d+ bytes to 2147483648/);
    const overlap = await damaged(pictures('a.png', 'b.png'), (bytes) => {
      bytes.writeUInt32LE(0, recordOf(bytes, 1) + 42);
    });
    await expect(openImages(overlap)).rejects.toThrow(/overlaps what follows it/);
  });

  it('is refused with links, encryption, unknown packing, or the same name twice', async () => {
    const link = await zip([{ name: 'a.png', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 }]);
    await expect(openImages(link)).rejects.toThrow(/"a.png" is a link/);
    const encrypted = await damaged(pictures('a.png'), (bytes) => {
      bytes[recordOf(bytes, 0) + 8] |= 1;
    });
    await expect(openImages(encrypted)).rejects.toThrow(/"a.png" is encrypted/);
    const unknown = await damaged(pictures('a.png'), (bytes) => {
      bytes[recordOf(bytes, 0) + 10] = 93;
    });
    await expect(openImages(unknown)).rejects.toThrow(/method 93/);
    await expect(openImages(await zip(pictures('a.png', 'a.png')))).rejects.toThrow(/"a.png" twice/);
  });

  it('is refused where it is cut short, empty or none', async () => {
    const path = await zip(pictures('a.png'));
    writeFileSync(path, readFileSync(path).subarray(0, -30));
    await expect(openImages(path)).rejects.toThrow(/cannot be used/);
    await expect(openImages(await zip([]))).rejects.toThrow(/is empty/);
    writeFileSync(path, 'nothing');
    await expect(openImages(path)).rejects.toMatchObject({ name: 'ImagesError' });
  });

  it('has bad pictures, which do not spoil the others, where its content is damaged', async () => {
    const inflated = (length: number) => deflateRawSync(Buffer.alloc(length));
    const path = await damaged(pictures('a.png', 'b.png', 'c.png', 'd.png'), (bytes) => {
      const [a, b, c] = [0, 1, 2].map((n) => recordOf(bytes, n));
      bytes[a + 16] ^= 1;
      bytes.writeUInt32LE(bytes.readUInt32LE(b + 24) - 1, b + 24);
      bytes[bytes.readUInt32LE(c + 42)] = 0;
    });
    expect(inflated(10).length).toBeGreaterThan(0);
    const source = await openImages(path);
    const reasons: string[] = [];
    for await (const outcome of source.pictures(source.entries.keys()))
      reasons.push(outcome.ok ? 'ok' : outcome.reason);
    expect(reasons).toEqual([
      'is damaged (its checksum in the zip is another)',
      'does not unpack to the size that the zip states',
      'is not where the directory of the zip says',
      'ok',
    ]);
    await expect(source.inspect()).rejects.toThrow(/3 of the pictures of .*set.zip cannot be read/);
  });

  it('never ends in anything but an ImagesError, whatever its bytes', async () => {
    const path = await zip(pictures('0/a.png', '1/b.png'));
    const whole = readFileSync(path);
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(20), async (pairs, cut) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of pairs) bytes[at] = value;
        writeFileSync(path, bytes.subarray(0, bytes.length - cut));
        const source = await openImages(path).catch((error: Error) => error);
        if (source instanceof Error) {
          expect(source.name).toBe('ImagesError');
          return;
        }
        await source.inspect().catch((error: Error) => expect(error.name).toBe('ImagesError'));
        await source.close();
      }),
      { numRuns: 150 },
    );
  });
});
