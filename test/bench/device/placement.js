// Which nodes a provider leaves to the processor, by the runtime's own profile: placement.js DEVICE FOLDER.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { buildMsssimGraph } from '../../../dist/metrics/msssim/msssim-graph.js';
import { openNetwork } from '../../../dist/networks/network.js';
import { preprocessingGraph } from '../../../dist/networks/preprocessing/preprocess.js';
import { fitToWebGpu } from '../../../dist/onnx/fit-to-webgpu.js';
import { ANTIALIAS_OPSET, joinModels } from '../../../dist/onnx/join-models.js';
import { imagesOf, inceptionCifar10, inceptionV3, tokensOf, transformer } from './networks.js';
import { attempt, found, noisyBytes } from './section.js';

const [device, folder] = process.argv.slice(2);

/** The runtime refuses an empty list. */
function provider(model) {
  const forceCpuNodeNames = device === 'webgpu' ? fitToWebGpu(model).nodesForCpu : [];
  return forceCpuNodeNames.length > 0 ? { name: device, forceCpuNodeNames } : device;
}

async function placement(what, model, feeds) {
  const prefix = join(folder, `profile-${device}-${what.replaceAll(/\W/g, '-')}`);
  const session = await InferenceSession.create(model, {
    executionProviders: [provider(model), 'cpu'],
    logSeverityLevel: 4,
    enableProfiling: true,
    profileFilePrefix: prefix,
  });
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { type, data, shape }]) => [name, new Tensor(type, data, shape)]),
  );
  await session.run(tensors);
  const warm = performance.now();
  await session.run(tensors);
  const ms = performance.now() - warm;
  session.endProfiling();
  await session.release();
  const { readdir } = await import('node:fs/promises');
  const files = (await readdir(folder)).filter((name) => join(folder, name).startsWith(prefix));
  const counts = {};
  for (const file of files) {
    const events = JSON.parse(await readFile(join(folder, file), 'utf8'));
    for (const { cat, name, args } of events) {
      if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
      const place = `${(args.provider ?? '?').replace('ExecutionProvider', '')} ${args.op_name}`;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    await rm(join(folder, file));
  }
  found(`${what}: nodes of two runs`, JSON.stringify(counts));
  found(`${what}: second run`, ms, 'ms');
}

const joined = async (network) =>
  joinModels(preprocessingGraph(network.card.input, undefined, ANTIALIAS_OPSET), network.model);
const picturesOf = (count, side) => ({
  type: 'uint8',
  shape: [count, side, side, 3],
  data: noisyBytes(count * side * side * 3),
});
async function ofPictures(what, network, side) {
  const model = await joined(network);
  const probe = await InferenceSession.create(model, { executionProviders: ['cpu'] });
  const [name] = probe.inputNames;
  await probe.release();
  await placement(what, model, { [name]: picturesOf(8, side) });
}

const path = await inceptionV3(folder);
await attempt('inception-v3', async () => placement('inception-v3', await readFile(path), imagesOf(8)));
await attempt('transformer', () => placement('transformer', transformer(), tokensOf(8)));
await attempt('inception-v3 of pictures', async () =>
  ofPictures('inception-v3 of pictures', await openNetwork(path), 256),
);
await attempt('inception-cifar10 of pictures', async () =>
  ofPictures('inception-cifar10 of pictures', await inceptionCifar10(), 32),
);
await attempt('MS-SSIM', async () => {
  const shape = { height: 64, width: 64, channels: 3 };
  const model = buildMsssimGraph(shape, 5);
  const probe = await InferenceSession.create(model, { executionProviders: ['cpu'] });
  const feeds = Object.fromEntries(
    probe.inputMetadata.map(({ name, type, shape: sides }) => {
      const known = sides.map((side) => (typeof side === 'number' ? side : 4));
      const size = known.reduce((a, b) => a * b, 1);
      const data = type === 'uint8' ? noisyBytes(size) : Float32Array.from(noisyBytes(size));
      return [name, { type, data, shape: known }];
    }),
  );
  await probe.release();
  await placement('MS-SSIM', model, feeds);
});
