// Pictures to measure with: variations of the fixture's, since a benchmark must not need a download.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePng } from '../../dist/images/write-png.js';
import { openImages } from '../../dist/index.js';

const FIXTURE = fileURLToPath(new URL('../../fixtures/cifar10/test', import.meta.url));

/** Writes `count` different 32×32 PNGs into class folders. */
export async function writePictures(folder, count) {
  const source = await openImages(FIXTURE);
  const pictures = [];
  for await (const picture of source.pictures(source.entries.keys())) pictures.push(picture);
  for (const { id } of source.entries) await mkdir(dirname(join(folder, id)), { recursive: true });
  for (let i = 0; i < count; i++) {
    const { width, height, index, pixels } = pictures[i % pictures.length];
    const by = Math.floor(i / pictures.length);
    const moved = pixels.map((_, k) => Math.max(0, pixels[(k + by * 3) % pixels.length] - (by % 7)));
    const png = await encodePng({ width, height, channels: 3, pixels: moved });
    await writeFile(join(folder, source.entries[index].id.replace('.png', `-${by}.png`)), png);
  }
  await source.close();
}

/** The middle of a list of numbers. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
