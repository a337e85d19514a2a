import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodeNpy, NpyError, parseAnyNpyHeader, parseNpy } from '../../src/archives/npy.js';
import { withOpenFile } from '../../src/archives/random-access.js';
import { parseTarHeader, walkTar } from '../../src/archives/tar/walk-tar.js';
import { readZipDirectory } from '../../src/archives/zip/zip-directory.js';
import { ZipError } from '../../src/archives/zip/zip-error.js';
import { ImagesError } from '../../src/core/errors.js';
import { DamagedPicture } from '../../src/images/decoding/damaged-picture.js';
import { decodePicture, readPictureSize } from '../../src/images/decoding/decode-picture.js';
import { readJpegHeader } from '../../src/images/decoding/jpeg.js';
import { readPngSize } from '../../src/images/decoding/png/png.js';
import { listManifest } from '../../src/images/forms/manifest.js';
import { parseStyleganLabels } from '../../src/images/labels/stylegan-labels.js';
import { parseSidecarLabel } from '../../src/images/labels/webdataset-labels.js';
import { parseIdxHeader } from '../../src/images/rows/read-idx.js';
import { tarFile } from '../images/forms/tar-file.js';
import { dot, pictureFolder } from '../images/picture-folder.js';
import { writeZip } from '../images/zip-file.js';

/** Any bytes, or those of a sound file with some of them changed, cut out or repeated. */
function mutations(sound: Uint8Array): fc.Arbitrary<Buffer> {
  const change = fc.record({ at: fc.nat(sound.length - 1), value: fc.nat(255) });
  const move = fc.record({ from: fc.nat(sound.length), length: fc.nat(40), to: fc.nat(sound.length) });
  const mutated = fc
    .tuple(fc.array(change, { maxLength: 6 }), fc.option(move), fc.nat(sound.length))
    .map(([changes, moved, end]) => {
      const bytes = Buffer.from(sound);
      for (const { at, value } of changes) bytes[at] = value;
      if (moved) bytes.copy(bytes, moved.to, moved.from, moved.from + moved.length);
      return end % 3 === 0 ? bytes.subarray(0, end) : bytes;
    });
  return fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map(Buffer.from) },
    { weight: 4, arbitrary: mutated },
  );
}

/** Text that looks like a table, but for what breaks it. */
const tables = fc
  .array(
    fc.constantFrom(
      'a.png',
      ',',
      '"',
      '\n',
      '\r',
      'path',
      'label',
      '=1',
      '\0',
      '{',
      '}',
      '[',
      ']',
      ':',
      '"path"',
      '1e999',
      'null',
      '\\u0000',
      '\ufeff',
      '../',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

/** What a call ends in must be a value, or an error of one of these kinds. */
async function expectOwn(
  call: () => unknown,
  ...kinds: readonly (new (
    ...args: never[]
  ) => Error)[]
): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!kinds.some((kind) => error instanceof kind)) throw error;
  }
}

const runs = { numRuns: 100 };

describe('bytes of any kind end in a value or in an error of our own', () => {
  it('as the header of a .npy file, and as the whole of one', async () => {
    const sound = encodeNpy({ shape: [2, 3], data: new Int32Array(6) });
    await fc.assert(
      fc.asyncProperty(mutations(sound), async (bytes) => {
        await expectOwn(() => parseAnyNpyHeader(bytes), NpyError);
        await expectOwn(() => parseNpy(bytes), NpyError);
      }),
      runs,
    );
  });

  it('as the size in a PNG, a JPEG, a WebP or a GIF, which never reads beyond the end', async () => {
    const picture = sharp({ create: { width: 9, height: 7, channels: 3, background: 'red' } });
    const sound = [
      dot(1),
      await picture.jpeg().toBuffer(),
      await picture.webp().toBuffer(),
      await picture.gif().toBuffer(),
    ];
    for (const bytes of sound) {
      await fc.assert(
        fc.asyncProperty(mutations(bytes), async (head) => {
          readPngSize(head);
          readJpegHeader(head);
          await readPictureSize(head, () => head);
        }),
        { numRuns: 40 },
      );
    }
  });

  it('as a picture', async () => {
    const picture = sharp({ create: { width: 9, height: 7, channels: 3, background: 'red' } });
    for (const bytes of [
      dot(1),
      await picture.jpeg().toBuffer(),
      await picture.webp().toBuffer(),
      await picture.gif().toBuffer(),
    ]) {
      await fc.assert(
        fc.asyncProperty(mutations(bytes), async (file) => {
          const settings = { alpha: 'drop', pixelLimit: 10_000 } as const;
          await expectOwn(
            () => decodePicture(file, settings, (count) => new Uint8Array(count)),
            DamagedPicture,
          );
        }),
        { numRuns: 40 },
      );
    }
  });

  it('as the directory of a zip archive', async () => {
    const path = await writeZip(join(pictureFolder([]), 'set.zip'), [
      { name: 'a.png', bytes: dot(1) },
      { name: 'b/c.png', bytes: dot(2), stored: true },
    ]);
    const sound = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(mutations(sound), async (bytes) => {
        writeFileSync(path, bytes);
        await expectOwn(() => withOpenFile(path, (file) => readZipDirectory(file)), ZipError);
      }),
      runs,
    );
  });

  it('as the headers of a tar archive, which come to an end', async () => {
    const path = join(pictureFolder([]), 'set.tar');
    const sound = tarFile([
      { name: 'a.png', bytes: dot(1) },
      { name: `${'d'.repeat(120)}/b.png`, bytes: dot(2) },
    ]);
    await fc.assert(
      fc.asyncProperty(mutations(sound), async (bytes) => {
        await expectOwn(
          () => parseTarHeader(Buffer.concat([bytes, Buffer.alloc(512)]).subarray(0, 512)),
          Error,
        );
        writeFileSync(path, bytes);
        let files = 0;
        // Its half sentences become an ImagesError where the archive is named.
        await expectOwn(() => walkTar(path, () => void files++), Error);
        expect(files).toBeLessThanOrEqual(Math.ceil(bytes.length / 512));
      }),
      runs,
    );
  });

  it('as the header of an IDX file', () => {
    fc.assert(
      fc.property(mutations(Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5])), (bytes) => {
        const found = parseIdxHeader(bytes);
        if (found) expect(found.dataOffset).toBeLessThanOrEqual(bytes.length);
      }),
      runs,
    );
  });
});

describe('text of any kind ends in rows or in an error of our own', () => {
  it.each(['list.csv', 'list.jsonl'])('as the manifest %s', async (name) => {
    const table = join(pictureFolder(['a.png']), name);
    await fc.assert(
      fc.asyncProperty(fc.oneof(tables, fc.string({ unit: 'binary' }), fc.json()), async (text) => {
        writeFileSync(table, text);
        await expectOwn(() => listManifest(table), ImagesError);
      }),
      runs,
    );
  });

  it("as StyleGAN's labels, and as those of a WebDataset", async () => {
    const label = fc.oneof(
      fc.json(),
      fc.json().map((value) => `{"labels": ${value}, "label": ${value}}`),
      tables,
    );
    await fc.assert(
      fc.asyncProperty(label, async (text) => {
        await expectOwn(() => parseStyleganLabels('labels', text), ImagesError);
        await expectOwn(() => parseSidecarLabel('a.json', text), Error);
        await expectOwn(() => parseSidecarLabel('a.cls', text), Error);
      }),
      runs,
    );
  });
});
