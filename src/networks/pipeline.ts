import type { Device } from '../devices/device-choices.js';
import { ANTIALIAS_OPSET, frontName, joinModels, sharedOpset } from '../onnx/join-models.js';
import { modelBytes } from '../onnx/model-file.js';
import { type Outputs, openSession, type Session, type SessionOptions } from '../onnx/session.js';
import type { TensorData } from '../onnx/tensor.js';
import type { ExtractorOptions } from './extractor-options.js';
import type { Network } from './network.js';
import { halfModelOf } from './precision/half-network.js';
import { preprocessingGraph, type Reduction } from './preprocessing/preprocess.js';
import type { Feed } from './preprocessing/streaming/list-feeds.js';
import { runInBatches } from './run-in-batches.js';
import { openWithWeights } from './weight-files/open-with-weights.js';

/** Preprocessing and network, open on a device. */
export interface Pipeline extends Pick<Session, 'thread'> {
  readonly device: Device;
  run(feed: Feed): Promise<Outputs>;
  close(): Promise<void>;
}

/**
 * One session of preprocessing and network where they can share a version of the operators. A file written for an older
 * one, with operators that we don't know to have stayed the same, runs as it is in a session of its own: a copy of the
 * pictures more, but surely the network that was given. So does one that takes a fixed number of pictures.
 */
export async function openPipeline(
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
      thread: joined.thread,
      run: (feed) => joined.run(inputsOf(feed, frontName), names),
      close: () => joined.close(),
    };
  }
  const second = await openWithWeights(modelBytes(model.proto), outside, session);
  const first = await openSession(front, { ...session, what: 'the preprocessing' });
  const runNetwork = (ready: TensorData) => second.run({ [card.input.name]: ready }, names);
  return {
    device: second.device,
    thread: second.thread,
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

/** What is done to pictures before they are resized for the network. */
export function reductionOf({ reduceTo, downsample }: ExtractorOptions): Reduction | undefined {
  return reduceTo === undefined ? undefined : { to: reduceTo, downsample };
}
