// Pictures a second of a session that is fed with batches that stand ready: rate.js DEVICE FOLDER [PRECISION].
import { openExtractor } from '../../../dist/networks/extractor.js';
import { openNetwork } from '../../../dist/networks/network.js';
import { GraphBuilder } from '../../../dist/onnx/graph.js';
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
import { attempt, found, noisyBytes, rateOf } from './section.js';

const [device, folder, precision = 'float32'] = process.argv.slice(2);
const onCpu = device === 'cpu';

async function sessionRate(what, model, feedsOf, batches) {
  const { model: prepared, tf32 } = await atPrecision(model, precision);
  const session = await openSession(prepared, { device, tf32 });
  for (const batch of batches) {
    await attempt(`${what}, batch ${batch}`, async () => {
      const feeds = feedsOf(batch);
      const { rate, firstMs } = await rateOf(batch, () => session.run(feeds, ['features']));
      found(`${what}, batch ${batch}`, rate, 'pictures/s');
      found(`${what}, batch ${batch}, first run`, firstMs, 'ms');
    });
  }
  await session.close();
}

async function pictureRate(what, network, side, batches) {
  const extractor = await openExtractor(network, { downsample: 'decimate', device, precision });
  for (const batch of batches) {
    await attempt(`${what}, batch ${batch}`, async () => {
      const pictures = {
        pixels: noisyBytes(batch * side * side * 3),
        count: batch,
        width: side,
        height: side,
      };
      const { rate } = await rateOf(batch, () => extractor.run(pictures));
      found(`${what}, batch ${batch}`, rate, 'pictures/s');
    });
  }
  await extractor.close();
}

/** Bytes a second that reach the device: a graph that does nothing but look for the largest number. */
async function inputRate(type) {
  const graph = new GraphBuilder('input', { opset: 18 });
  const image = graph.input('image', type, ['n']);
  const x = type === 'float32' ? image : graph.cast(image, 'float32');
  graph.output('features', graph.node('ReduceMax', [x], { keepdims: 1 }), 'float32', [1]);
  const session = await openSession(graph.toBytes(), { device });
  const length = 64 * 3 * 299 * 299;
  const data = type === 'float32' ? new Float32Array(length).fill(1) : new Uint8Array(length).fill(1);
  const { rate } = await rateOf(data.byteLength / 1e9, () =>
    session.run({ image: { type, shape: [length], data } }, ['features']),
  );
  found(`input of ${type}`, rate, 'GB/s');
  await session.close();
}

const large = onCpu ? [8, 64] : [8, 32, 64, 128];
const path = await inceptionV3(folder);
await attempt('inception-v3', () => sessionRate('inception-v3 float32', path, imagesOf, large));
await attempt('inception-v3 of uint8', async () =>
  pictureRate(
    'inception-v3 uint8 256×256, resized in the graph',
    await openNetwork(path),
    256,
    onCpu ? [8] : [32, 64, 128],
  ),
);
await attempt('inception-v3 of uint8', async () =>
  pictureRate('inception-v3 uint8 299×299', await openNetwork(path), 299, onCpu ? [8] : [64]),
);
await attempt('inception-cifar10', () =>
  sessionRate(
    'inception-cifar10 float32',
    cifarPath,
    (batch) => imagesOf(batch, 32),
    onCpu ? [64, 256] : [64, 256, 1024],
  ),
);
await attempt('inception-cifar10 of uint8', async () =>
  pictureRate('inception-cifar10 uint8 32×32', await inceptionCifar10(), 32, onCpu ? [64] : [64, 256, 1024]),
);
await attempt('transformer', () =>
  sessionRate('transformer, 2 blocks', transformer(), tokensOf, onCpu ? [8] : [8, 64]),
);
if (precision === 'float32')
  for (const type of ['float32', 'uint8']) await attempt(`input of ${type}`, () => inputRate(type));
