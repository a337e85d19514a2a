import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  buildSmallInception,
  describeSmallInception,
  type SmallInceptionSpec,
} from '../../../src/networks/architectures/small-inception.js';
import { randomWeights, TINY_SPEC } from '../../networks/random-weights.js';

/** Writes a network as `train classifier` makes them, with its card; gives its path. */
export async function writeTinyNetwork(
  folder: string,
  name: string,
  { seed = 1, size = 8 }: { readonly seed?: number; readonly size?: number } = {},
): Promise<string> {
  const spec: SmallInceptionSpec = { ...TINY_SPEC, size };
  const path = join(folder, `${name}.onnx`);
  const model = buildSmallInception(spec, randomWeights(spec, seed));
  await writeFile(path, model);
  await writeCard(folder, name, {
    model,
    size: spec.size,
    features: describeSmallInception(spec).featureWidth,
  });
  return path;
}

/** What a card says of a network. */
interface CardFacts {
  readonly model: Uint8Array;
  readonly size: number;
  /** Numbers per picture. */
  readonly features: number;
}

/** Writes the card of a network whose input is `image` and whose output is `features`. */
export async function writeCard(
  folder: string,
  name: string,
  { model, size, features }: CardFacts,
): Promise<void> {
  const card = {
    name,
    sha256: createHash('sha256').update(model).digest('hex'),
    comparableWith: 'nothing',
    input: {
      name: 'image',
      layout: 'NCHW',
      size,
      resize: 'bilinear',
      normalize: { scale: [0.016, 0.014, 0.015], offset: [-2, -1.8, -1.9] },
    },
    outputs: { features: { name: 'features', width: features } },
  };
  await writeFile(join(folder, `${name}.json`), JSON.stringify(card));
}
