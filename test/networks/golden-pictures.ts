import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { parseNpy } from '../../src/archives/npy.js';
import type { NetworkCard } from '../../src/networks/cards/card.js';
import { preprocessingGraph } from '../../src/networks/preprocessing/preprocess.js';
import { ANTIALIAS_OPSET, frontName, joinModels } from '../../src/onnx/join-models.js';
import type { ModelFile } from '../../src/onnx/model-file.js';
import { openSession } from '../../src/onnx/session.js';
import { uint8 } from '../../src/onnx/tensor.js';

const folder = new URL('../../fixtures/golden/images/', import.meta.url);

/** A picture of the golden values. */
export interface GoldenPicture {
  /** uint8 RGB, row by row. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** The six pictures of the golden values, in their order; an alpha channel is dropped. */
export async function readGoldenPictures(): Promise<GoldenPicture[]> {
  const files: { file: string }[] = JSON.parse(readFileSync(new URL('images.json', folder), 'utf8'));
  return Promise.all(
    files.map(async ({ file }) => {
      const picture = sharp(readFileSync(new URL(file, folder)))
        .removeAlpha()
        .toColorspace('srgb');
      const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
      return { pixels: new Uint8Array(data), height: info.height, width: info.width };
    }),
  );
}

/** Length of a difference over that of what was expected. */
export function relativeL2(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let length = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    length += expected[i] ** 2;
  }
  return Math.sqrt(difference / length);
}

/** Runs each picture through a network behind our own preprocessing, and gives the rows of an output. */
export async function runPictures(
  model: ModelFile,
  input: Pick<NetworkCard['input'], 'size' | 'resize' | 'normalize'>,
  pictures: readonly GoldenPicture[],
  output: string,
): Promise<Float32Array[]> {
  const card = { name: 'image', layout: 'NCHW' as const, ...input };
  const front = preprocessingGraph(card, undefined, ANTIALIAS_OPSET);
  const session = await openSession(joinModels(front, model), {
    device: 'cpu',
  });
  const rows: Float32Array[] = [];
  for (const { pixels, height, width } of pictures) {
    const feeds = { [frontName('image')]: uint8(pixels, [1, height, width, 3]) };
    rows.push((await session.run(feeds, [output]))[output].data as Float32Array);
  }
  await session.close();
  return rows;
}

/** The rows of a golden array under `fixtures/golden/networks-2026`. */
export function readGoldenRows(file: string): Float32Array[] {
  const path = new URL(`../../fixtures/golden/networks-2026/${file}`, import.meta.url);
  const { shape, data } = parseNpy(readFileSync(path));
  const values = Float32Array.from(data as Float32Array | Float64Array);
  return Array.from({ length: shape[0] }, (_, i) => values.subarray(i * shape[1], (i + 1) * shape[1]));
}
