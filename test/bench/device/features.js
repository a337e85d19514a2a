// Features of one device, for the comparison with the CPU's: features.js DEVICE FOLDER [LABEL PRECISION] writes them as float32 files.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openExtractor } from '../../../dist/networks/extractor.js';
import { openNetwork } from '../../../dist/networks/network.js';
import { openSession } from '../../../dist/onnx/session.js';
import {
  atPrecision,
  cifarPath,
  imagesOf,
  inceptionCifar10,
  inceptionV3,
  tokensOf,
  transformer,
} from './networks.js';
import { attempt, found, noisyBytes } from './section.js';

const [device, folder, label = device, precision = 'float32'] = process.argv.slice(2);

async function keep(name, values) {
  await writeFile(
    join(folder, `${label}.${name}.f32`),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  found('features', name);
}

async function ofSession(name, model, feeds) {
  const { model: prepared, tf32 } = await atPrecision(model, precision);
  const session = await openSession(prepared, { device, tf32 });
  const { features } = await session.run(feeds, ['features']);
  await keep(name, features.data);
  await session.close();
}

async function ofPictures(name, network, side) {
  const extractor = await openExtractor(network, { downsample: 'decimate', device, precision });
  const [count, pixels] = [4, noisyBytes(4 * side * side * 3, 5)];
  const { features } = await extractor.run({ pixels, count, width: side, height: side });
  await keep(name, features);
  await extractor.close();
}

const path = await inceptionV3(folder);
await attempt('inception-cifar10', () => ofSession('inception-cifar10', cifarPath, imagesOf(64, 32)));
await attempt('inception-v3', () => ofSession('inception-v3', path, imagesOf(4)));
await attempt('transformer', () => ofSession('transformer', transformer(), tokensOf(2)));
await attempt('inception-cifar10 of 32×32 pictures', async () =>
  ofPictures('inception-cifar10 of pictures', await inceptionCifar10(), 32),
);
await attempt('inception-v3 of 256×256 pictures', async () =>
  ofPictures('inception-v3 of pictures', await openNetwork(path), 256),
);
