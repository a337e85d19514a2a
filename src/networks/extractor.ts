import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { NetworkError } from '../core/errors.js';
import type { PrecisionName } from '../core/precision-names.js';
import { MAIN_THREAD, recordTime } from '../core/run-profile.js';
import { type Placement, placeJob } from '../devices/choice/place-job.js';
import type { Device, DeviceChoice } from '../devices/device-choices.js';
import { ANTIALIAS_OPSET, frontName, joinModels, sharedOpset } from '../onnx/join-models.js';
import { modelBytes } from '../onnx/model-file.js';
import { runtimeVersion } from '../onnx/runtime.js';
import { type Outputs, openSession, type Session, type SessionOptions } from '../onnx/session.js';
import type { TensorData } from '../onnx/tensor.js';
import type { Network } from './network.js';
import { halfModelOf } from './precision/half-network.js';
import { openAtPrecision } from './precision/open-at-precision.js';
import {
  type Downsample,
  describePreprocessing,
  PREPROCESSING_VERSION,
  preprocessingGraph,
  type Reduction,
} from './preprocessing/preprocess.js';
import { type Feed, listFeeds, type PixelBatch } from './preprocessing/streaming/list-feeds.js';
import { runInBatches } from './run-in-batches.js';
import { openWithWeights } from './weight-files/open-with-weights.js';

export interface ExtractorOptions {
  /** Take out detail above this many pixels a side first; undefined leaves pictures as they are. */
  readonly reduceTo?: number;
  /** How `reduceTo` reduces. */
  readonly downsample: Downsample;
  readonly device?: DeviceChoice;
  /** What the network computes in; its preprocessing is in float32. @default 'float32' */
  readonly precision?: PrecisionName;
  /** Threads inside one operator; undefined lets the runtime choose. */
  readonly threads?: number;
  /** Folder of the cache, in which it is kept what devices can do. @default the system's place for caches */
  readonly cacheDir?: string;
}

/** What is run through an extractor. */
export interface ExtractorJob {
  /** How many pictures; decides where they run, under `auto`. @default nobody knows */
  readonly pictures?: number;
  readonly signal?: AbortSignal;
}

export interface FeatureBatch {
  /** Row-major [count, width of the features]; empty if the network gives none. */
  readonly features: Float32Array;
  /** Row-major [count, width of the logits]; empty if the network gives none. */
  readonly logits: Float32Array;
  /** Class scores for the Inception Score, where the card has others than the logits; else empty. */
  readonly scores: Float32Array;
}

/** Numbers per picture of each output; 0 for one that the network does not give. */
export type OutputWidths = Readonly<Record<'features' | 'logits' | 'scores', number>>;

/** A network with its preprocessing, known before it is opened. */
export interface ExtractorPlan {
  /** Changes whenever any number could: the weights, the card, the preprocessing, the reduction, the runtime or its precision. */
  readonly identity: string;
  /** What happens to a picture before the network, in words. */
  readonly preprocessing: string;
  readonly widths: OutputWidths;
  /** Of the network's file and of the weights beside it: about what it takes in memory while it is open. */
  readonly weightBytes: number;
  open(job?: ExtractorJob): Promise<Extractor>;
}

/** A network that is ready to run. */
export interface Extractor {
  readonly identity: string;
  /** The device that it really runs on. */
  readonly device: Device;
  /**
   * Batches that may be given to it before the first is done, so that it never waits for the next.
   * @default 1
   */
  readonly inFlight?: number;
  /** The same with what is known of it. */
  readonly placement: Placement;
  readonly widths: OutputWidths;
  /** Rows in the order of the pictures; a picture's row does not depend on the others. @throws {NetworkError} */
  run(batch: PixelBatch): Promise<FeatureBatch>;
  close(): Promise<void>;
}

/** Says what an extractor will be without starting its session. */
export function planExtractor(network: Network, options: ExtractorOptions): ExtractorPlan {
  const { card } = network;
  const { precision = 'float32' } = options;
  const reduction = reductionOf(options);
  const parts = {
    network: network.identity,
    version: PREPROCESSING_VERSION,
    reduction,
    runtime: runtimeVersion(),
    ...(precision !== 'float32' && { precision }),
  };
  const identity = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const preprocessing = describePreprocessing(card.input, reduction);
  const open = (job?: ExtractorJob) => start(network, options, identity, job);
  return { identity, preprocessing, widths: widthsOf(card), weightBytes: weightBytesOf(network), open };
}

/** Memory that a runtime maps counts too: all of it is read at every run. */
function weightBytesOf({ model, outside }: Network): number {
  return (outside?.files ?? []).reduce((sum, { size }) => sum + size, model.bytes.length);
}

/**
 * Opens a network behind its preprocessing.
 *
 * @throws {NetworkError} if the device or the network cannot run
 */
export function openExtractor(network: Network, options: ExtractorOptions): Promise<Extractor> {
  return planExtractor(network, options).open();
}

async function start(
  network: Network,
  options: ExtractorOptions,
  identity: string,
  job: ExtractorJob = {},
): Promise<Extractor> {
  const { card } = network;
  const { placement, pipeline } = await openPlaced(network, options, job);
  return {
    identity,
    device: pipeline.device,
    placement,
    widths: widthsOf(card),
    async run(batch) {
      const start = performance.now();
      const parts: FeatureBatch[] = [];
      const feeds = listFeeds(batch, card.input, reductionOf(options));
      let resizing = 0;
      const feedAt = (i: number) => {
        const begun = performance.now();
        const feed = feeds[i]?.feed();
        resizing += performance.now() - begun;
        return feed;
      };
      let next = feedAt(0);
      for (const [i, { count }] of feeds.entries()) {
        const running = pipeline.run(next);
        // What is resized outside the graph is so while the network runs on the pictures before.
        next = feedAt(i + 1);
        const outputs = await running;
        parts.push({
          features: rows(network, outputs, card.outputs.features, count),
          logits: rows(network, outputs, card.outputs.logits, count),
          scores: rows(network, outputs, card.outputs.scores, count),
        });
      }
      recordTime(MAIN_THREAD, 'resize', resizing);
      recordTime(MAIN_THREAD, 'infer', performance.now() - start - resizing);
      return parts.length === 1 ? parts[0] : joinParts(parts);
    },
    close: () => pipeline.close(),
  };
}

function widthsOf({ outputs: { features, logits, scores } }: Network['card']): OutputWidths {
  return { features: features?.width ?? 0, logits: logits?.width ?? 0, scores: scores?.width ?? 0 };
}

function joinParts(parts: readonly FeatureBatch[]): FeatureBatch {
  const join = (name: keyof FeatureBatch) => {
    const all = new Float32Array(parts.reduce((length, part) => length + part[name].length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part[name], at);
      at += part[name].length;
    }
    return all;
  };
  return { features: join('features'), logits: join('logits'), scores: join('scores') };
}

/** A network that is open, and where. */
interface PlacedPipeline extends Pick<Pipeline, 'device' | 'close'> {
  readonly placement: Placement;
  readonly pipeline: Pipeline;
}

/** Opens a network where it is to run, at its precision. */
function openPlaced(network: Network, options: ExtractorOptions, job: ExtractorJob): Promise<PlacedPipeline> {
  const { precision = 'float32', device = 'auto' } = options;
  // Who asks for float16 asks for a GPU, however few the pictures are.
  const wanted = precision === 'float32' ? job : { ...job, pictures: undefined };
  return openAtPrecision(precision, device, (on) => openOn(network, { ...options, device: on }, wanted));
}

/** Opens a network on a device; on the CPU if what `auto` took can't run it. */
async function openOn(
  network: Network,
  options: ExtractorOptions,
  { pictures = Number.POSITIVE_INFINITY, signal }: ExtractorJob,
): Promise<PlacedPipeline> {
  const { card } = network;
  const { device: choice = 'auto', cacheDir } = options;
  const names = Object.values(card.outputs).map(({ name }) => name);
  const placement = await placeJob(choice, { pictures, side: card.input.size, cacheDir, signal });
  const open = async (where: Placement): Promise<PlacedPipeline> => {
    const pipeline = await openPipeline(network, { ...options, device: where.device }, names);
    return { placement: where, pipeline, device: pipeline.device, close: () => pipeline.close() };
  };
  try {
    return await open(placement);
  } catch (error) {
    if (!placement.isChosen || placement.device === 'cpu') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const notes = [`${network.name} runs on the CPU: ${reason}`];
    return open({ device: 'cpu', isChosen: true, notes });
  }
}

interface Pipeline {
  readonly device: Device;
  run(feed: Feed): Promise<Outputs>;
  close(): Promise<void>;
}

/**
 * One session of preprocessing and network where they can share a version of the operators. A file written for an older
 * one, with operators that we don't know to have stayed the same, runs as it is in a session of its own: a copy of the
 * pictures more, but surely the network that was given. So does one that takes a fixed number of pictures.
 */
async function openPipeline(
  network: Network,
  options: ExtractorOptions,
  names: readonly string[],
): Promise<Pipeline> {
  const { path, outside, card, batch } = network;
  const { device, threads, precision } = options;
  const model = precision === 'fp16' ? await halfModelOf(network) : network.model;
  const session: SessionOptions = { device, threads, tf32: precision === 'tf32', what: path };
  const opset = batch === undefined ? sharedOpset(model, ANTIALIAS_OPSET) : undefined;
  const front = preprocessingGraph(
    card.input,
    reductionOf(options),
    opset ?? ANTIALIAS_OPSET,
    'pictures and planes',
  );
  if (opset !== undefined) {
    const joined = await openWithWeights(joinModels(front, model), outside, session);
    return {
      device: joined.device,
      run: (feed) => joined.run(inputsOf(feed, frontName), names),
      close: () => joined.close(),
    };
  }
  const second = await openWithWeights(modelBytes(model.proto), outside, session);
  const first = await openSession(front, { ...session, what: 'the preprocessing' });
  const runNetwork = (ready: TensorData) => second.run({ [card.input.name]: ready }, names);
  return {
    device: second.device,
    async run(feed) {
      const { ready } = await first.run(inputsOf(feed));
      return batch === undefined ? runNetwork(ready) : runInBatches(ready, { batch, what: path }, runNetwork);
    },
    async close() {
      await Promise.all([first, second].map((each: Session) => each.close()));
    },
  };
}

function inputsOf({ image, planes }: Feed, rename = (name: string) => name): Record<string, TensorData> {
  return { [rename('image')]: image, ...(planes && { [rename('planes')]: planes }) };
}

function reductionOf({ reduceTo, downsample }: ExtractorOptions): Reduction | undefined {
  return reduceTo === undefined ? undefined : { to: reduceTo, downsample };
}

function rows(
  { path }: Network,
  outputs: Outputs,
  output: { readonly name: string; readonly width: number } | undefined,
  count: number,
): Float32Array {
  if (!output) return new Float32Array(0);
  const { data, shape } = outputs[output.name];
  if (!(data instanceof Float32Array) || shape[0] !== count || data.length !== count * output.width) {
    throw new NetworkError(
      `${path} gives ${output.name} of [${shape.join(', ')}] for ${count} pictures, not ${output.width} numbers for each: correct its card.`,
    );
  }
  return data;
}
