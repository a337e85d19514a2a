import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { NetworkCard } from '../../../src/networks/cards/card.js';
import { preprocessingGraph, type Reduction } from '../../../src/networks/preprocessing/preprocess.js';
import { listFeeds, type PixelBatch } from '../../../src/networks/preprocessing/streaming/list-feeds.js';
import { ANTIALIAS_OPSET } from '../../../src/onnx/join-models.js';
import { openSession } from '../../../src/onnx/session.js';

/** What a network of this card is given for pictures of one size, all of them in the order of the batch. */
export async function feedThrough(
  batch: PixelBatch,
  input: NetworkCard['input'],
  reduction?: Reduction,
): Promise<Float32Array> {
  const graph = preprocessingGraph(input, reduction, ANTIALIAS_OPSET, 'pictures and planes');
  const session = await openSession(graph, { device: 'cpu' });
  const samples = 3 * input.size ** 2;
  const all = new Float32Array(batch.count * samples);
  let at = 0;
  for (const { feed, count } of listFeeds(batch, input, reduction)) {
    const { ready } = await session.run({ ...feed() });
    all.set(ready.data as Float32Array, at);
    at += count * samples;
  }
  await session.close();
  return all;
}

/** RGB of a golden image, transparency dropped without compositing. */
export async function readGoldenImage(name: string): Promise<PixelBatch> {
  const file = new URL(`../../../fixtures/golden/images/${name}`, import.meta.url);
  const { data, info } = await sharp(readFileSync(file))
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, count: 1, height: info.height, width: info.width };
}
