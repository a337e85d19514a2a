import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { NetworkError } from '../core/errors.js';
import { lease } from '../core/lease.js';
import { MAIN_THREAD, recordTime, SESSION_THREAD } from '../core/run-profile.js';
import { isWorthALook, type Placement } from '../devices/choice/place-job.js';
import type { Device } from '../devices/device-choices.js';
import { HALF_VERSION } from '../onnx/float16/half-version.js';
import { runtimeVersion } from '../onnx/runtime.js';
import type { Outputs } from '../onnx/session.js';
import type { ExtractorJob, ExtractorOptions } from './extractor-options.js';
import type { Network } from './network.js';
import { reductionOf } from './pipeline.js';
import { openPlaced } from './place-network.js';
import { describePreprocessing, PREPROCESSING_VERSION } from './preprocessing/preprocess.js';
import { listFeeds, type PixelBatch } from './preprocessing/streaming/list-feeds.js';

export type { ExtractorJob, ExtractorOptions } from './extractor-options.js';

/** Batches at once for a network in a thread of its own: one runs, one waits there. */
const BATCHES_IN_FLIGHT = 2;

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
    ...(precision === 'fp16' && { conversion: HALF_VERSION }),
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
  const { device: choice = 'auto', precision, threads } = options;
  // What few pictures leave on the CPU is not for many.
  const { pictures = Number.POSITIVE_INFINITY } = job;
  const isLarge = choice === 'auto' && isWorthALook({ pictures, side: card.input.size });
  const opened = await lease(`network ${JSON.stringify([identity, choice, precision, threads, isLarge])}`, {
    open: () => openPlaced({ network, options, identity }, job),
    close: ({ pipeline: each }) => each.close(),
  });
  const { placement, pipeline } = opened.value;
  let isSound = true;
  const runPart = async (feed: Parameters<typeof pipeline.run>[0]) => {
    try {
      return await pipeline.run(feed);
    } catch (error) {
      isSound = false;
      throw error;
    }
  };
  return {
    identity,
    device: pipeline.device,
    placement,
    ...(pipeline.thread === SESSION_THREAD && { inFlight: BATCHES_IN_FLIGHT }),
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
        const running = runPart(next);
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
      // Another thread counts its own time.
      if (pipeline.thread === MAIN_THREAD) {
        recordTime(MAIN_THREAD, 'infer', performance.now() - start - resizing);
      }
      return parts.length === 1 ? parts[0] : joinParts(parts);
    },
    close: () => opened.end(isSound),
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
