import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { create, Header } from 'tar';
import { describe, expect, it } from 'vitest';
import { parseTarHeader } from '../../../src/archives/tar/walk-tar.js';
import { openImages } from '../../../src/images/open.js';
import { dot, pictureFolder } from '../picture-folder.js';
import { type TarTestEntry, tarFile, writeTar } from './tar-file.js';

const tar = (...entries: TarTestEntry[]) => writeTar(join(pictureFolder([]), 'set.tar'), entries);

describe('a tar archive', () => {
  it('is listed as the folder that it holds, whatever its order and however it was packed', async () => {
    const long = `${'d'.repeat(90)}/${'n'.repeat(190)}.png`;
    const folder = pictureFolder(['10/a.png', '2/b.png', '2/é.png', `2/${long}`, '.x/c.png', '2/note.txt']);
    const expected = await openImages(folder);
    for (const portable of [true, false]) {
      const file = join(pictureFolder([]), 'set.tar');
      await create({ file, cwd: folder, portable }, portable ? ['./2', './10', './.x'] : ['.']);
      const source = await openImages(file);
      expect(source.kind).toBe('tar');
      expect(source.entries).toEqual(expected.entries);
      expect(source.classNames).toEqual(['2', '10']);
      expect([...(await source.inspect())]).toEqual([...(await expected.inspect())]);
      for (const index of [3, 0, 2, 1]) {
        expect((await source.picture(index)).pixels).toEqual((await expected.picture(index)).pixels);
      }
    }
  });

  it('of one folder with class folders is that folder', async () => {
    const source = await openImages(
      tar({ name: 'mine/cat/1.png', bytes: dot(1) }, { name: 'mine/dog/1.png', bytes: dot(2) }),
    );
    expect(source.entries.map(({ id }) => id)).toEqual(['cat/1.png', 'dog/1.png']);
    const flat = await openImages(tar({ name: 'cat/1.png', bytes: dot(1) }));
    expect(flat.classNames).toEqual(['cat']);
  });

  it("takes WebDataset's labels, from .cls or .json", async () => {
    const source = await openImages(
      tar(
        { name: '000.png', bytes: dot(0) },
        { name: '000.cls', bytes: '7\n' },
        { name: '001.input.png', bytes: dot(1) },
        { name: '001.json', bytes: '{"class": 12, "text": "x"}' },
        { name: '002.jpg', bytes: dot(2) },
        { name: '002.json', bytes: '{"label": "7"}' },
        { name: '002.txt', bytes: 'a caption' },
      ),
    );
    expect(source.classNames).toEqual(['7', '12']);
    expect(source.entries).toEqual([
      { id: '000.png', label: 0 },
      { id: '001.input.png', label: 1 },
      { id: '002.jpg', label: 0 },
    ]);
    expect(source.warnings).toEqual(['files that are not pictures were left out: 1 .txt']);
    expect((await source.picture(1)).pixels[0]).toBe(1);
  });

  it('may be one of several in a folder', async () => {
    const folder = pictureFolder({
      'a-001.tar': tarFile([
        { name: '0.png', bytes: dot(9) },
        { name: '0.cls', bytes: '1' },
      ]),
      'a-000.tar': tarFile([
        { name: '0.cls', bytes: '3' },
        { name: '0.png', bytes: dot(8) },
      ]),
    });
    const source = await openImages(folder);
    expect(source.entries).toEqual([
      { id: 'a-000/0.png', label: 1 },
      { id: 'a-001/0.png', label: 0 },
    ]);
    expect((await source.picture(1)).pixels[0]).toBe(9);
  });

  it.each<[string, TarTestEntry[], RegExp]>([
    [
      'a link',
      [{ name: 'a.png', header: { type: 'SymbolicLink', linkpath: '/etc/passwd' } }],
      /"a.png".* link/,
    ],
    [
      'a hard link',
      [{ name: 'a.png', header: { type: 'Link', linkpath: 'b.png' } }],
      /no plain file but a link/,
    ],
    ['a device', [{ name: 'a.png', header: { type: 'CharacterDevice' } }], /CharacterDevice/],
    ['a name that leads out', [{ name: '../a.png', bytes: dot(1) }], /outside of itself/],
    ['an absolute name', [{ name: '/a.png', bytes: dot(1) }], /outside of itself/],
    ['the same name twice', [{ name: 'a.png' }, { name: './a.png' }], /"a.png" twice/],
    ['no pictures', [{ name: 'a.txt' }], /has no pictures, only 1 .txt/],
    [
      'labels for some',
      [
        { name: 'a.png', bytes: dot(1) },
        { name: 'b.png', bytes: dot(1) },
        { name: 'b.cls', bytes: '1' },
      ],
      /1 of its 2 pictures no label \("a.png"\)/,
    ],
    ['damaged JSON', [{ name: 'b.json', bytes: '{' }], /"b.json", which is not JSON/],
  ])('is refused with %s', async (_, entries, sentence) => {
    const error = await openImages(tar(...entries)).catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: 'ImagesError', message: expect.stringMatching(sentence) });
  });

  it('is refused where it is cut short, damaged or packed', async () => {
    const folder = pictureFolder([]);
    const whole = tarFile([{ name: 'a.png', bytes: dot(1) }], 0);
    const file = join(folder, 'set.tar');
    const refusal = async (bytes: Buffer) => {
      writeFileSync(file, bytes);
      const error = await openImages(file).catch((reason: Error) => reason);
      expect(error).toMatchObject({ name: 'ImagesError' });
      return (error as Error).message;
    };
    writeFileSync(file, whole);
    expect((await openImages(file)).entries).toHaveLength(1);
    expect(await refusal(whole.subarray(0, 550))).toMatch(/is cut short in "a.png"/);
    expect(await refusal(Buffer.concat([whole, whole.subarray(0, 100)]))).toMatch(/is cut short/);
    const damaged = Buffer.from(whole);
    damaged[130] ^= 1;
    expect(await refusal(damaged)).toMatch(/damaged header \(its checksum/);
    expect(await refusal(gzipSync(whole))).toMatch(/unpack it with gunzip/);
  });

  it('has headers that are read or refused in words, whatever their bytes', () => {
    const plain = Buffer.alloc(512);
    new Header({ path: 'a.png', size: 12, type: 'File', mode: 0 }).encode(plain, 0);
    const changes = fc.array(fc.tuple(fc.nat(511), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(changes, fc.boolean(), (pairs, isSigned) => {
        const block = Buffer.from(plain);
        for (const [at, value] of pairs) block[at] = value;
        if (isSigned) sign(block);
        try {
          const header = parseTarHeader(block);
          if (header) expect(Number.isSafeInteger(header.bytes) && header.bytes >= 0).toBe(true);
        } catch (error) {
          expect((error as Error).message).toMatch(/^has a damaged header|^has a header with/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives what was packed', async () => {
    const name = fc.stringMatching(/^[a-z]{1,9}(\/[a-zé]{1,120}){0,2}$/).map((stem) => `${stem}.png`);
    const contents = fc.uniqueArray(fc.tuple(name, fc.nat(255)), {
      minLength: 1,
      maxLength: 8,
      selector: ([n]) => n,
    });
    await fc.assert(
      fc.asyncProperty(contents, async (pictures) => {
        const source = await openImages(
          tar(...pictures.map(([path, value]) => ({ name: `x/${path}`, bytes: dot(value) }))),
        );
        const found = new Map<string, number>();
        for await (const picture of source.pictures(source.entries.keys())) {
          if (picture.ok) found.set(source.entries[picture.index].id.replace(/^x\//, ''), picture.pixels[0]);
        }
        expect(found).toEqual(
          new Map(
            [...found.keys()].map((id) => [
              id,
              (pictures.find(([path]) => path === id) ??
                pictures.find(([path]) => path.endsWith(`/${id}`)))?.[1],
            ]),
          ),
        );
        expect(found.size).toBe(pictures.length);
      }),
      { numRuns: 40 },
    );
  });
});

/** Makes a header's checksum right. */
function sign(block: Buffer): void {
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
