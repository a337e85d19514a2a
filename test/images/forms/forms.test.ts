import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeNpy } from '../../../src/archives/npy.js';
import { ImagesError } from '../../../src/core/errors.js';
import { INPUT_FORMS } from '../../../src/images/forms/index.js';
import { openImages } from '../../../src/images/open.js';
import { dot, pictureFolder } from '../picture-folder.js';
import { writeZip } from '../zip-file.js';
import { tarFile } from './tar-file.js';

const NOISE = Buffer.from('noise that no decoder takes for anything');

function put(name: string, bytes: Uint8Array): string {
  const path = join(pictureFolder([]), name);
  writeFileSync(path, bytes);
  return path;
}

const bad = { name: 'bad.png', bytes: NOISE };
const zipOf = (name: string, bytes: Buffer) => writeZip(put('set.zip', NOISE), [{ name, bytes }]);

describe('the list of input forms', () => {
  it('has each form once, and no extension twice', () => {
    const ids = INPUT_FORMS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const extensions = INPUT_FORMS.flatMap(({ extensions = [] }) => extensions);
    expect(new Set(extensions).size).toBe(extensions.length);
  });

  it('looks at the content before the name', async () => {
    const source = await openImages(put('pictures.csv', tarFile([{ name: 'a.png', bytes: dot(1) }])));
    expect(source.kind).toBe('tar');
    await source.close();
  });
});

// Inside the room there are errors of half a sentence (NpyError, ZipError, DamagedPicture): none may come out.
describe('what cannot be used leaves as an ImagesError of a whole sentence', () => {
  it.each<[string, () => string | Promise<string>]>([
    ['a .npy of noise', () => put('a.npy', NOISE)],
    ['a .npz of noise', () => put('a.npz', NOISE)],
    ['a .npz with an array of noise', () => zipOf('arr_0.npy', NOISE)],
    ['a .npz with an array cut short', () => zipOf('arr_0.npy', encodeNpy(row()).subarray(0, -1))],
    ['a .zip of noise', () => put('a.zip', NOISE)],
    ['a .tar of noise', () => put('a.tar', Buffer.concat([NOISE, Buffer.alloc(512)]))],
    ['a .bin of noise', () => put('a.bin', NOISE)],
    ['a .csv of noise', () => put('a.csv', NOISE)],
  ])('%s, as it is opened', async (_, make) => {
    const error = await openImages(await make()).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(ImagesError);
    expect((error as Error).message).toMatch(/^\S.* .*: .*\.$/s);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['a folder', () => pictureFolder({ 'bad.png': NOISE })],
    ['a zip', () => zipOf('bad.png', NOISE)],
    ['a tar', () => put('set.tar', tarFile([bad]))],
  ])('a bad picture of %s, as it is decoded', async (_, make) => {
    const source = await openImages(await make());
    const error = await source.picture(0).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ImagesError);
    expect((error as Error).message).toMatch(/^The picture "bad\.png" of .*: repair or remove it\.$/);
    for await (const picture of source.pictures([0])) expect(picture.ok).toBe(false);
    await source.close();
  });
});

function row() {
  return { shape: [1, 2, 2, 3], data: new Uint8Array(12) };
}
