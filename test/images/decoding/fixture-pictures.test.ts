import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodePicture, readPictureSize } from '../../../src/images/decoding/decode-picture.js';
import type { ValueMeaning } from '../../../src/images/picture.js';

interface FixtureCase {
  readonly file: string;
  readonly options: ValueMeaning;
  readonly size: readonly [width: number, height: number];
  /** Hexadecimal; absent where the picture must be refused. */
  readonly rgb?: string;
  readonly source?: string;
  /** In the reason. */
  readonly refused?: string;
}

const FOLDER = new URL('../../../fixtures/pictures/', import.meta.url);
const CASES: readonly FixtureCase[] = JSON.parse(readFileSync(new URL('expected.json', FOLDER), 'utf8'));
const named = CASES.map((one) => ({ ...one, name: `${one.file} ${JSON.stringify(one.options)}` }));

const decode = (file: string, options: ValueMeaning) =>
  decodePicture(
    readFileSync(new URL(file, FOLDER)),
    { alpha: 'drop', pixelLimit: 1e6, ...options },
    (bytes) => new Uint8Array(bytes),
  );

describe('pictures that the tools of the field wrote', () => {
  it.each(named.filter(({ rgb }) => rgb))(
    '$name is what $source reads',
    async ({ file, options, rgb, size }) => {
      const { width, height, pixels } = await decode(file, options);
      expect([width, height]).toEqual(size);
      expect(Buffer.from(pixels).toString('hex')).toBe(rgb);
      const bytes = readFileSync(new URL(file, FOLDER));
      const stated = await readPictureSize(bytes, () => bytes);
      expect([stated?.width, stated?.height]).toEqual(size);
    },
  );

  it.each(named.filter(({ refused }) => refused))(
    '$name is refused: $refused',
    async ({ file, options, refused }) => {
      await expect(decode(file, options)).rejects.toMatchObject({
        name: 'DamagedPicture',
        message: expect.stringContaining(refused as string),
      });
    },
  );
});
