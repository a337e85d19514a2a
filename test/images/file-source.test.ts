import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ImagesError } from '../../src/core/errors.js';
import type { ImageSource } from '../../src/images/image-source.js';

import { openImages } from '../../src/images/open.js';
import type { PictureOutcome } from '../../src/images/picture.js';
import { dot, pictureFolder } from './picture-folder.js';

/** `count` pictures, the i-th of the gray i, in order. */
const dots = (count: number) =>
  pictureFolder(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${1000 + i}.png`, dot(i)])));

async function collect(
  source: ImageSource,
  indices: Iterable<number>,
  options = {},
): Promise<PictureOutcome[]> {
  const outcomes: PictureOutcome[] = [];
  for await (const outcome of source.pictures(indices, options)) outcomes.push(outcome);
  return outcomes;
}

const grayOf = (outcome: PictureOutcome) => (outcome.ok ? outcome.pixels[0] : undefined);

describe('inspect', () => {
  it('gives digests and sizes in order, and reports its progress', async () => {
    const wide = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const webp = await sharp(wide).webp().toBuffer();
    // Larger than one piece of reading, with a header that still counts.
    const large = Buffer.concat([dot(1), Buffer.alloc(3 << 20, 7)]);
    const files = {
      'a.png': dot(5),
      'b.jpg': wide,
      'c.webp': webp,
      'd.png': large,
      'e.png': Buffer.from('nonsense'),
    };
    const source = await openImages(pictureFolder(files));
    const progress: number[] = [];
    const inspections = await source.inspect({ onProgress: (done) => progress.push(done) });
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect([...inspections]).toEqual([
      { sha256: digest(files['a.png']), width: 1, height: 1 },
      { sha256: digest(wide), width: 20, height: 30 },
      { sha256: digest(webp), width: 30, height: 20 },
      { sha256: digest(large), width: 1, height: 1 },
      { sha256: digest(files['e.png']), width: 0, height: 0 },
    ]);
    expect(progress).toEqual([5]);
  });

  it('names files that cannot be read and stops when it is aborted', async () => {
    const folder = dots(300);
    const source = await openImages(folder);
    for (let i = 0; i < 7; i++) rmSync(join(folder, `${1000 + i}.png`));
    await expect(source.inspect()).rejects.toThrow(
      /7 of the pictures .*"1000.png" is not there.* and 2 more/,
    );
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(source.inspect({ signal: aborted })).rejects.toThrow('enough');
  });
});

describe('pictures', () => {
  it('come in the order of the indices, repeated ones too', async () => {
    const source = await openImages(dots(200));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(199), { maxLength: 150 }), async (indices) => {
        const outcomes = await collect(source, indices);
        expect(outcomes.map(({ index }) => index)).toEqual(indices);
        expect(outcomes.map(grayOf)).toEqual(indices);
      }),
      { numRuns: 10 },
    );
  });

  it('of mixed sizes have their own pixels', async () => {
    const files: Record<string, Buffer> = {};
    for (let i = 0; i < 30; i++) {
      const [width, height] = [1 + ((i * 37) % 50), 1 + ((i * 11) % 40)];
      const background = { r: i, g: 255 - i, b: 7 };
      files[`${10 + i}.png`] = await sharp({ create: { width, height, channels: 3, background } })
        .png()
        .toBuffer();
    }
    const source = await openImages(pictureFolder(files));
    for (const outcome of await collect(source, source.entries.keys())) {
      const i = outcome.index;
      if (!outcome.ok) throw new Error(outcome.reason);
      const { width, height, pixels } = outcome;
      expect([width, height]).toEqual([1 + ((i * 37) % 50), 1 + ((i * 11) % 40)]);
      expect(pixels.length).toBe(width * height * 3);
      expect([...pixels.subarray(-3)]).toEqual([i, 255 - i, 7]);
    }
  });

  it('that are bad are outcomes, and do not stop the others', async () => {
    const folder = pictureFolder({
      'a.png': dot(1),
      'b.png': dot(2).subarray(0, 50),
      'c.jpg': 'no',
      'd.png': dot(4),
    });
    const source = await openImages(folder, { pixelLimit: 1 });
    rmSync(join(folder, 'a.png'));
    expect(await collect(source, [0, 1, 2, 3])).toEqual([
      { ok: false, index: 0, reason: 'is not there' },
      { ok: false, index: 1, reason: 'is truncated' },
      { ok: false, index: 2, reason: expect.stringContaining('is not a PNG') },
      expect.objectContaining({ ok: true, index: 3, width: 1 }),
    ]);
    await expect(source.picture(1)).rejects.toThrow(ImagesError);
    await expect(source.picture(1)).rejects.toThrow('"b.png"');
    await expect(source.picture(4)).rejects.toThrow(RangeError);
  });

  it('above the pixel limit are bad', async () => {
    const large = await sharp({ create: { width: 11, height: 10, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const folder = pictureFolder({ 'a.png': large });
    expect((await collect(await openImages(folder, { pixelLimit: 110 }), [0]))[0].ok).toBe(true);
    const [outcome] = await collect(await openImages(folder, { pixelLimit: 109 }), [0]);
    expect(outcome).toEqual({
      ok: false,
      index: 0,
      reason: 'is 11×10, 110 pixels, which is above the limit of 109',
    });
  });

  it('that need more memory than they may take are bad, and change what caches are named by', async () => {
    const create = { width: 600, height: 500, channels: 3, background: 'red' } as const;
    const progressive = await sharp({ create })
      .jpeg({ progressive: true, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const plain = await sharp({ create }).jpeg().toBuffer();
    const folder = pictureFolder({ 'a.jpg': plain, 'b.jpg': progressive, 'c.jpg': plain, 'd.png': dot(9) });
    const source = await openImages(folder, { maxMemory: 2.5e6 });
    const roomy = await openImages(folder);
    expect(source.decoding).toBe(roomy.decoding);
    await source.inspect();
    await roomy.inspect();
    expect(source.decoding).toBe(`${roomy.decoding} memory 2500000`);
    const outcomes = await collect(source, [1, 0, 3, 1, 2]);
    expect(outcomes.map(({ index, ok }) => [index, ok])).toEqual([
      [1, false],
      [0, true],
      [3, true],
      [1, false],
      [2, true],
    ]);
    expect(outcomes[0]).toMatchObject({
      reason: 'needs about 2.71M to be decoded, more than --max-memory 2.5M',
    });
    await expect(source.picture(1)).rejects.toThrow(ImagesError);
    expect((await collect(roomy, [0, 1, 2, 3])).every(({ ok }) => ok)).toBe(true);
    await source.close();
    await roomy.close();
  });

  it('are decoded one after the other where they fit no more at the same time', async () => {
    const create = { width: 600, height: 500, channels: 3, background: 'red' } as const;
    const jpeg = await sharp({ create }).jpeg().toBuffer();
    const names = Array.from({ length: 12 }, (_, i) => `${10 + i}.jpg`);
    const folder = pictureFolder(Object.fromEntries(names.map((name) => [name, jpeg])));
    for (const [maxMemory, most] of [
      // Two pictures are a task: their pixels, and what the decoder holds for one of them.
      [2.8e6, 2.8e6],
      [12e6, 9e6],
    ]) {
      const source = await openImages(folder, { maxMemory, threads: 4 });
      await source.inspect();
      expect((await collect(source, names.keys())).every(({ ok }) => ok)).toBe(true);
      expect(source.budget?.most).toBeGreaterThan(2.7e6);
      expect(source.budget?.most).toBeLessThanOrEqual(most);
      expect(source.budget?.held).toBe(0);
      await source.close();
    }
  });

  it('that changed since they were inspected are an error', async () => {
    const folder = dots(3);
    const source = await openImages(folder);
    await source.inspect();
    writeFileSync(join(folder, '1001.png'), Buffer.concat([dot(1), Buffer.alloc(1)]));
    await expect(collect(source, [0, 1, 2])).rejects.toThrow(
      /changed while it was being read \("1001.png"\)/,
    );
    await expect(source.picture(1)).rejects.toThrow(ImagesError);
    expect((await source.picture(0)).pixels[0]).toBe(0);
  });

  it('stop when the consumer leaves or aborts, and can be asked for again', async () => {
    const source = await openImages(dots(250));
    for await (const outcome of source.pictures(source.entries.keys())) if (outcome.index === 3) break;
    const controller = new AbortController();
    let seen = 0;
    const aborted = (async () => {
      for await (const _ of source.pictures(source.entries.keys(), { signal: controller.signal })) {
        if (++seen === 100) controller.abort(new Error('stopped by hand'));
      }
    })();
    await expect(aborted).rejects.toThrow('stopped by hand');
    expect(seen).toBe(100);
    await expect(collect(source, [0], { signal: controller.signal })).rejects.toThrow('stopped by hand');
    const progress: number[] = [];
    expect(
      (await collect(source, [7, 8], { onProgress: (done: number) => progress.push(done) })).map(grayOf),
    ).toEqual([7, 8]);
    expect(progress).toEqual([1, 2]);
  });

  it('end with an error after the source was closed', async () => {
    const source = await openImages(dots(1));
    await source.close();
    await expect(source.picture(0)).rejects.toThrow('closed');
  });
});

it('what is decoded depends on the options that say so', async () => {
  const folder = dots(1);
  const decodings = await Promise.all(
    [{}, { alpha: 'black' as const }, { alpha: 'white' as const }, { pixelLimit: 5 }, { threads: 7 }].map(
      async (options) => (await openImages(folder, options)).decoding,
    ),
  );
  expect(new Set(decodings).size).toBe(4);
  expect(decodings[4]).toBe(decodings[0]);
});
