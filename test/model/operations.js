import { join } from 'node:path';
import { pruneCache } from '../../dist/features/cache.js';
import { ShardStore, shardKey } from '../../dist/features/shard-store.js';
import { listStored, removeStored, withNetworkLock } from '../../dist/networks/store/store.js';
import { storeModel } from '../../dist/networks/store/store-model.js';
import { digestNetwork } from '../../dist/networks/weight-files/digest-network.js';
import { GraphBuilder } from '../../dist/onnx/graph.js';
import { pathsOf, withRunFolder } from '../../dist/train/adversarial/run-folder.js';
import { readCheckpoint, writeCheckpoint } from '../../dist/train/loop/checkpoint.js';
import { readLog, TrainingLog } from '../../dist/train/loop/training-log.js';

const MS_PER_DAY = 24 * 60 * 60 * 1000;

const shards = (root) => new ShardStore(join(root, 'features'));
const names = new Map(
  ['a', 'b', 'c'].map((picture) => {
    const content = { pictures: [picture] };
    const key = shardKey(content);
    return [key, { key, content: () => content }];
  }),
);
/** The keys of the shards that processes write. */
export const KEYS = [...names.keys()];
/** The content that a key stands for. */
function contentOf(key) {
  const seed = Number.parseInt(key.slice(0, 8), 16);
  const data = Float32Array.from({ length: 12 }, (_, i) => (seed + i) % 1009);
  return { info: { seed }, arrays: { features: { shape: [3, 4], data } } };
}

const networks = (root) => join(root, 'models');
/** A version of a network; it need not run. */
function modelOf(version) {
  const graph = new GraphBuilder('versions', { opset: 18 });
  const weights = graph.external([100, 100], async () => new Float32Array(10_000).fill(version));
  graph.output('features', weights, 'float32', [100, 100]);
  return graph;
}
function cardOf(name, version, { sha256, weights }) {
  const input = {
    name: 'image',
    layout: 'NCHW',
    size: 8,
    resize: 'bilinear',
    normalize: { scale: 1, offset: 0 },
  };
  const outputs = { features: { name: 'features', width: 3 } };
  return { name, sha256, ...(weights && { weights }), comparableWith: String(version), input, outputs };
}
/** Even versions have a file of weights. */
const optionsOf = (root, name, version) => ({
  name,
  modelsDir: networks(root),
  maxInFile: version % 2 === 0 ? 0 : undefined,
});

const held = new Map();
/** Starts work that lasts until `release`, and answers once it is at work. Work that can't start leaves alone what is held. */
function hold(start) {
  return new Promise((resolve, reject) => {
    const work = start(async () => {
      const released = new Promise((release) => held.set('release', release));
      held.set('work', work);
      resolve(true);
      await released;
    });
    work.catch(reject);
  });
}

let log;

/** What a process can do, by name; each takes the shared folder first. */
export const OPERATIONS = {
  writeShard: (root, key) => shards(root).write(names.get(key), contentOf(key)),
  async readShard(root, key) {
    const shard = await shards(root).read(names.get(key));
    if (!shard) return 'none';
    const { info, arrays } = contentOf(key);
    const { features } = shard.arrays;
    const isRight =
      shard.info.seed === info.seed &&
      Buffer.from(features.data.buffer).equals(Buffer.from(arrays.features.data.buffer));
    return isRight && features.shape.join() === '3,4' ? 'right' : 'wrong';
  },
  prune: (root, options) => pruneCache({ dir: root, ...options }),
  pruneLater: (root) => pruneCache({ dir: root, all: true }, Date.now() + 2 * MS_PER_DAY),

  storeNetwork: async (root, name, version) =>
    withNetworkLock(name, { folder: networks(root) }, async () => {
      const describe = async (model) => cardOf(name, version, model);
      await storeModel(modelOf(version), optionsOf(root, name, version), describe);
    }),
  removeNetwork: (root, name) => removeStored(name, networks(root)),
  /** Versions by name; −1 for a network that is not what its card says. */
  async listNetworks(root) {
    const versions = {};
    for (const { card, path } of await listStored(networks(root))) {
      const isWhole = (await digestNetwork({ path, card })) === card.sha256;
      versions[card.name] = isWhole ? Number(card.comparableWith) : -1;
    }
    return versions;
  },
  holdNetwork: (root, name) => hold((work) => withNetworkLock(name, { folder: networks(root) }, work)),
  /** Whether the lock of a network is free. */
  async isNetworkFree(root, name) {
    const controller = new AbortController();
    const onWait = () => controller.abort();
    try {
      await withNetworkLock(
        name,
        { folder: networks(root), signal: controller.signal, onWait },
        async () => {},
      );
      return true;
    } catch (error) {
      if (controller.signal.aborted) return false;
      throw error;
    }
  },

  /** Opens the folder of a run, and answers with the step of its checkpoint and the steps in its log. */
  async openRun(root) {
    const folder = join(root, 'run');
    await hold((work) => withRunFolder(folder, true, work));
    const { checkpoint, log: logPath } = pathsOf(folder);
    const found = await readCheckpoint(checkpoint);
    const step = found?.progress.step ?? 0;
    if (found && found.tensors.get('w').data[0] !== step)
      throw new Error('the checkpoint has the weights of another step');
    log = await TrainingLog.open(logPath, found ? step : -1);
    return { step, lines: (await readLog(logPath)).map((line) => line.step) };
  },
  /** One step: a line of the log, then a checkpoint. */
  async trainStep(root, step) {
    await log.write({ step, kind: 'losses', loss: step / 3 });
    await writeCheckpoint(pathsOf(join(root, 'run')).checkpoint, {
      identity: { seed: '1' },
      progress: { step, lastLoggedStep: step, seconds: 0 },
      tensors: new Map([['w', { shape: [2], data: Float32Array.of(step, 1) }]]),
    });
  },
  async release() {
    held.get('release')?.();
    await held.get('work');
    held.clear();
  },
};
