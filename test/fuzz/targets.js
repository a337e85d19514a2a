import { readFile } from 'node:fs/promises';
import { readGateConfig } from '../../dist/cli/options/gate-config.js';
import { readConfigFile } from '../../dist/cli/options/sources.js';
import { readComparedResult } from '../../dist/compare/read-results.js';
import { GanevalError } from '../../dist/core/errors.js';
import { FeatureFile } from '../../dist/evaluate/feature-files/feature-file.js';
import { readStatistics } from '../../dist/evaluate/statistics/statistics-file.js';
import { readBaseline } from '../../dist/gate/baseline-file.js';
import { DamagedPicture } from '../../dist/images/decoding/damaged-picture.js';
import { decodePicture } from '../../dist/images/decoding/decode-picture.js';
import { openImages } from '../../dist/images/open.js';
import { runFileTask } from '../../dist/images/workers/run-file-task.js';
import { WorkerPool } from '../../dist/images/workers/worker-pool.js';
import { parseCard } from '../../dist/networks/cards/card.js';
import { readClassMap } from '../../dist/networks/cards/class-map.js';
import { inspectInput } from '../../dist/networks/inspect-input.js';
import { takeExternalWeights } from '../../dist/networks/weight-files/external-weights.js';
import { describeModel, parseModel } from '../../dist/onnx/model-file.js';
import { readPth } from '../../dist/pytorch/index.js';
import { readStatisticsPickle } from '../../dist/pytorch/read-statistics-pickle.js';
import { readCheckpoint } from '../../dist/train/loop/checkpoint.js';

// Threads would cost more than the work, and their coverage is not seen.
WorkerPool.prototype.run = (task) => runFileTask(task, () => {});

const PIXEL_LIMIT = 1_000_000;
const MOST_PICTURES = 20;
const MAX_WEIGHT_BYTES = 2 ** 24;

/** What a picture that can't be read may be called; anything else after "cannot be read" is an error that nobody thought of. */
const KNOWN_REASONS =
  /^cannot be read \((E[A-Z]+|incorrect|invalid|unexpected end|unknown compression|too far back)/;

/** Lists a set of pictures, and decodes some of them. */
async function openSet(path, options = {}) {
  const source = await openImages(path, { threads: 1, pixelLimit: PIXEL_LIMIT, ...options });
  try {
    await source.inspect();
    const some = Array.from({ length: Math.min(source.entries.length, MOST_PICTURES) }, (_, index) => index);
    for await (const outcome of source.pictures(some)) {
      if (!outcome.ok && /^cannot be read/.test(outcome.reason) && !KNOWN_REASONS.test(outcome.reason))
        throw new Error(`a picture ${outcome.reason}`);
    }
  } finally {
    await source.close();
  }
}

async function decode(path) {
  const settings = { alpha: 'drop', pixelLimit: PIXEL_LIMIT };
  await decodePicture(await readFile(path), settings, (count) => new Uint8Array(count));
}

async function walkModel(path) {
  const content = parseModel(await readFile(path), path);
  await takeExternalWeights(path, content, MAX_WEIGHT_BYTES);
  inspectInput(path, describeModel(content), undefined);
}

/** Every reader of documents gets the document; the one that takes it counts. */
async function readDocuments(path) {
  const readers = [
    () => readBaseline(path),
    () => readComparedResult(path),
    () => readConfigFile(path),
    () => readGateConfig({ rules: path }),
    async () => parseCard(await readFile(path, 'utf8'), path),
    () => readClassMap(path),
  ];
  let refusal;
  let isTaken = false;
  for (const read of readers) {
    try {
      await read();
      isTaken = true;
    } catch (error) {
      if (!(error instanceof GanevalError)) throw error;
      refusal = error;
    }
  }
  if (!isTaken) throw refusal;
}

async function readFeatures(path) {
  const file = await FeatureFile.open(path, undefined, '--array');
  try {
    await file.inspect();
    await file.read(0, Math.min(file.count, MOST_PICTURES));
  } finally {
    await file.close();
  }
}

const set = (options) => (path) => openSet(path, options);
/** A picture in a file of its own. */
const picture = (...extensions) => ({ extensions, read: decode, refusals: [DamagedPicture] });

/**
 * What is fuzzed: a reader of one format, the files that it begins with, and the refusals that are right beside GanevalErrors.
 *
 * @type {Readonly<Record<string, { extensions: string[], read: (path: string) => Promise<unknown>, refusals?: Function[] }>>}
 */
export const TARGETS = {
  zip: { extensions: ['zip'], read: set() },
  tar: { extensions: ['tar'], read: set() },
  npy: { extensions: ['npy'], read: set({ range: '0..1' }) },
  npz: { extensions: ['npz'], read: set() },
  features: { extensions: ['npy', 'npz'], read: readFeatures },
  statistics: { extensions: ['npz', 'pkl'], read: readStatistics },
  safetensors: { extensions: ['safetensors', 'checkpoint'], read: readCheckpoint },
  pickle: { extensions: ['pkl'], read: readStatisticsPickle },
  pth: { extensions: ['pth', 'pt'], read: readPth },
  onnx: { extensions: ['onnx'], read: walkModel },
  tables: { extensions: ['csv', 'jsonl', 'tsv'], read: set() },
  documents: { extensions: ['json'], read: readDocuments },
  parquet: { extensions: ['parquet'], read: set() },
  arrow: { extensions: ['arrow'], read: set() },
  tiff: picture('tif', 'tiff'),
  bmp: picture('bmp'),
  netpbm: picture('pbm', 'pgm', 'ppm', 'pam', 'pnm'),
  png: picture('png'),
  jpeg: picture('jpg', 'jpeg'),
};

/** How an execution ended: accepted, a refusal of ours by its code, or a fault. */
export async function execute({ read, refusals = [] }, path) {
  try {
    await read(path);
    return { outcome: 'accepted' };
  } catch (error) {
    if (error instanceof GanevalError) return { outcome: error.code };
    if (refusals.some((kind) => error instanceof kind)) return { outcome: error.name ?? 'refused' };
    return { outcome: 'fault', error };
  }
}
