import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { parseNpy } from '../../../../src/archives/npy.js';
import type { NetworkCard } from '../../../../src/networks/cards/card.js';
import { preprocessingGraph } from '../../../../src/networks/preprocessing/preprocess.js';
import { listFeeds } from '../../../../src/networks/preprocessing/streaming/list-feeds.js';
import { joinModels } from '../../../../src/onnx/join-models.js';
import { readModel } from '../../../../src/onnx/model-file.js';
import { openSession } from '../../../../src/onnx/session.js';

const GOLDEN = new URL('../../../../fixtures/golden/', import.meta.url);

/** Decoded pixels of a golden picture. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** The six golden pictures as RGB. */
export async function goldenPictures(): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const { file } of JSON.parse(readFileSync(new URL('images/images.json', GOLDEN), 'utf8'))) {
    const picture = sharp(readFileSync(new URL(`images/${file}`, GOLDEN)))
      .removeAlpha()
      .toColorspace('srgb');
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    pictures.push({ pixels: data, height: info.height, width: info.width });
  }
  return pictures;
}

/** Golden rows of a file of fixtures/golden/networks-2026/. */
export function goldenRows(path: string): Float32Array[] {
  const { shape, data } = parseNpy(readFileSync(new URL(`networks-2026/${path}`, GOLDEN)));
  const [count, width] = shape;
  return Array.from({ length: count }, (_, i) =>
    Float32Array.from(data as Float32Array).subarray(i * width, (i + 1) * width),
  );
}

/** Features of pictures by a network behind our own preprocessing. */
export async function featuresOf(
  model: Uint8Array,
  input: NetworkCard['input'],
  pictures: readonly Picture[],
): Promise<Float32Array[]> {
  const front = preprocessingGraph(input, undefined, 18, 'pictures and planes');
  const session = await openSession(joinModels(front, readModel(model, 'the model')), { device: 'cpu' });
  const rows: Float32Array[] = [];
  for (const picture of pictures) {
    const [{ feed }] = listFeeds({ ...picture, count: 1 }, input, undefined);
    const inputs = Object.entries(feed()).map(([name, value]) => [`front/${name}`, value]);
    const { features } = await session.run(Object.fromEntries(inputs));
    rows.push(features.data as Float32Array);
  }
  await session.close();
  return rows;
}

/** The length of the difference, divided by the length of what was expected. */
export function relativeL2(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let length = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    length += expected[i] ** 2;
  }
  return actual.length === expected.length ? Math.sqrt(difference / length) : Number.POSITIVE_INFINITY;
}
