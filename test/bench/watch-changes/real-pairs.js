// MS-SSIM of all pairs among some real pictures of each class, by the product's own code: what simulated sets draw their pairs from.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { openMsssim } from '../../../dist/metrics/msssim/msssim-scorer.js';

const BATCH = 1000;

/** Scores of all pairs of the first `count` pictures of each class folder: for each class, a [count, count] matrix with 1 on its diagonal. */
export async function scoreRealPairs(folder, count) {
  const msssim = await openMsssim({ device: 'cpu', threads: 1 });
  const classes = [];
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const name of names.sort()) {
    const files = (await readdir(join(folder, name))).sort().slice(0, count);
    const pictures = await Promise.all(files.map((file) => readPixels(join(folder, name, file))));
    classes.push({ name, count: pictures.length, scores: await scoreAll(msssim, pictures) });
  }
  await msssim.close();
  return classes;
}

async function readPixels(path) {
  const { data, info } = await sharp(path)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function scoreAll(msssim, pictures) {
  const { width, height } = pictures[0];
  const pairs = pictures.flatMap((_, a) => pictures.slice(a + 1).map((_, i) => [a, a + 1 + i]));
  const scores = new Float64Array(pictures.length ** 2).fill(1);
  for (let start = 0; start < pairs.length; start += BATCH) {
    const batch = pairs.slice(start, start + BATCH);
    const gather = (side) => Buffer.concat(batch.map((pair) => pictures[pair[side]].data));
    const shape = { count: batch.length, width, height, channels: 3 };
    const values = await msssim.score({ a: gather(0), b: gather(1), ...shape });
    for (const [i, [a, b]] of batch.entries()) {
      scores[a * pictures.length + b] = values[i].value;
      scores[b * pictures.length + a] = values[i].value;
    }
  }
  return scores;
}
