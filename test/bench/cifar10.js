// CIFAR-10 in memory, and scores of parts of it without files: what the gate's calibration needs hundreds of.
import { join } from 'node:path';
import { shardFolder } from '../../dist/features/cache.js';
import { extract } from '../../dist/features/extract.js';
import { ShardStore } from '../../dist/features/shard-store.js';
import { openImages } from '../../dist/index.js';
import { metrics } from '../../dist/metrics/index.js';
import { drawPairs } from '../../dist/metrics/msssim/msssim-pairs.js';
import { openMsssim } from '../../dist/metrics/msssim/msssim-scorer.js';
import { neighborhoodsOf } from '../../dist/metrics/neighbors/compute-neighbor-metrics.js';
import { findClassColumns } from '../../dist/networks/cards/class-columns.js';
import { planExtractor } from '../../dist/networks/extractor.js';
import { openNetwork } from '../../dist/networks/network.js';

const THREADS = 1;
const BATCH = 64;
const OUTPUTS = ['features', 'logits', 'scores'];
export const SETTINGS = {
  metrics: metrics.map(({ id }) => id),
  resolutions: [],
  downsample: 'decimate',
  alpha: 'drop',
  onBadImage: 'fail',
  seed: 2020,
  splits: 10,
  profile: 'torch-fidelity',
  shuffle: true,
  kidSubsets: 100,
  kidSubsetSize: 1000,
  msssimPairs: 100,
  level: 0.95,
};

/** The 60,000 pictures with their rows, from the project's own cache where they are there already. */
export async function loadCifar10(folder) {
  const network = await openNetwork('inception-cifar10');
  const plan = planExtractor(network, { downsample: SETTINGS.downsample, threads: THREADS });
  const store = new ShardStore(shardFolder(process.env.GANEVAL_CACHE_DIR));
  const parts = [];
  for (const split of ['test', 'train']) {
    const source = await openImages(join(folder, split));
    parts.push({ ...(await readPictures(source)), rows: await readRows(source, plan, network, store) });
    await source.close();
  }
  const { columns } = findClassColumns(parts[0].classNames, network);
  const joined = (pick, Type) => {
    const arrays = parts.map(pick);
    const whole = new Type(arrays.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const array of arrays) {
      whole.set(array, at);
      at += array.length;
    }
    return whole;
  };
  return {
    plan,
    classNames: parts[0].classNames,
    classColumns: columns,
    labels: joined(({ labels }) => labels, Int32Array),
    pixels: joined(({ pixels }) => pixels, Uint8Array),
    features: { width: plan.widths.features, data: joined(({ rows }) => rows.features, Float32Array) },
    logits: { width: plan.widths.logits, data: joined(({ rows }) => rows.logits, Float32Array) },
  };
}

async function readPictures(source) {
  const { entries, classNames } = source;
  const labels = Int32Array.from(entries, ({ label }) => label);
  let pixels;
  for await (const picture of source.pictures(entries.keys())) {
    pixels ??= new Uint8Array(entries.length * picture.pixels.length);
    pixels.set(picture.pixels, picture.index * picture.pixels.length);
  }
  return { labels, classNames, pixels };
}

async function readRows(source, plan, { card }, store) {
  const inspections = await source.inspect();
  const outputs = OUTPUTS.filter((name) => card.outputs[name]);
  const options = { outputs, batchSize: BATCH, onBadImage: 'fail', maxBad: 0 };
  const { tables } = await extract({ inspected: { source, inspections }, extractor: plan, store }, options);
  const read = (table) => table.read(0, table.count);
  return { features: await read(tables.features), logits: await read(tables.logits) };
}

/** Disjoint sets of `size` pictures, each with equally many of every class, in the order of their classes. */
export function drawDisjoint({ labels, classNames }, size, numSets, stream) {
  const perClass = size / classNames.length;
  const sets = Array.from({ length: numSets }, () => []);
  for (let label = 0; label < classNames.length; label++) {
    const members = Array.from(labels.keys()).filter((row) => labels[row] === label);
    const order = stream.permutation(members.length);
    for (const [s, set] of sets.entries()) {
      for (let i = 0; i < perClass; i++) set.push(members[order[s * perClass + i]]);
    }
  }
  return sets;
}

const rowsOf = ({ data, width }) => ({
  count: data.length / width,
  width,
  read: async (start, end) => data.slice(start * width, end * width),
});

const take = ({ data, width }, indices) => {
  const taken = new data.constructor(indices.length * width);
  for (const [i, index] of indices.entries()) {
    taken.set(data.subarray(index * width, (index + 1) * width), i * width);
  }
  return { data: taken, width };
};

/** A set of pictures of `data` as the metrics read it. */
export function subjectOf(data, indices) {
  const width = data.pixels.length / data.labels.length;
  return {
    labels: Int32Array.from(indices, (index) => data.labels[index]),
    pixels: take({ data: data.pixels, width }, indices),
    features: take(data.features, indices),
    logits: take(data.logits, indices),
  };
}

/** Runs the network over the pictures of a set that was changed. */
export async function extractAgain(extractor, set) {
  const { data: pixels, width: bytes } = set.pixels;
  const count = pixels.length / bytes;
  const features = new Float32Array(count * set.features.width);
  const logits = new Float32Array(count * set.logits.width);
  const side = Math.sqrt(bytes / 3);
  for (let start = 0; start < count; start += BATCH) {
    const end = Math.min(start + BATCH, count);
    const batch = pixels.subarray(start * bytes, end * bytes);
    const rows = await extractor.run({ pixels: batch, count: end - start, width: side, height: side });
    features.set(rows.features, start * set.features.width);
    logits.set(rows.logits, start * set.logits.width);
  }
  return { ...set, features: { ...set.features, data: features }, logits: { ...set.logits, data: logits } };
}

async function scorePairs(msssim, { labels, pixels: { data, width: bytes } }) {
  const pairs = drawPairs({ labels, pairsPerClass: SETTINGS.msssimPairs, seed: SETTINGS.seed });
  const side = Math.sqrt(bytes / 3);
  const gather = (pick) =>
    Buffer.concat(pairs.map((pair) => data.subarray(pick(pair) * bytes, (pick(pair) + 1) * bytes)));
  const scores = await msssim.score({
    a: gather(({ a }) => a),
    b: gather(({ b }) => b),
    count: pairs.length,
    width: side,
    height: side,
    channels: 3,
  });
  return pairs.map((pair, i) => ({ ...pair, ...scores[i] }));
}

/** Scores sets of one data set against a reference of it; `score` gives what ganeval score would write of a set. */
export async function openScorer({ classNames, classColumns, plan }) {
  const msssim = await openMsssim({ device: 'cpu', threads: THREADS });
  const extractor = await plan.open();
  const inputOf = (set, pairScores) => ({
    count: set.labels.length,
    labels: set.labels,
    classNames,
    classColumns,
    features: rowsOf(set.features),
    logits: rowsOf(set.logits),
    classLogits: rowsOf(set.logits),
    resolutionLogits: [],
    pairScores,
  });
  const settings = { ...SETTINGS, numSplits: SETTINGS.splits, device: 'cpu', threads: THREADS };
  return {
    extractor,
    async score(set, reference) {
      const input = {
        samples: inputOf(set, await scorePairs(msssim, set)),
        reference: inputOf(reference),
        settings,
      };
      // As in a score, the metrics of nearest neighbors look for them once.
      let shared;
      input.neighborhoods = () => {
        shared ??= neighborhoodsOf(input);
        return shared;
      };
      const entries = [];
      for (const { id, title, unit, direction, compute } of metrics) {
        const head = { id, subject: 'samples', title, unit, direction };
        const outcome = await compute(input);
        entries.push(
          'reason' in outcome
            ? { ...head, status: 'not-computed', reason: outcome.reason }
            : {
                ...head,
                status: 'ok',
                ...outcome,
                extractor: { name: 'embedded', sha256: plan.identity },
              },
        );
      }
      return documentOf(set.labels, classNames, entries);
    },
    close: () => Promise.all([msssim.close(), extractor.close()]),
  };
}

let drawn = 0;

/** The parts of a result that the gate reads; every set is another one. */
function documentOf(labels, classNames, metrics) {
  const counts = classNames.map((name, label) => ({
    name,
    count: labels.filter((each) => each === label).length,
  }));
  const digest = String(drawn++);
  const samples = { source: digest, digest, count: labels.length, classes: counts, sizes: null, skipped: [] };
  const reference = { source: 'reference', digest: 'reference', count: labels.length };
  return { samples, reference, settings: SETTINGS, metrics, createdWith: {} };
}
