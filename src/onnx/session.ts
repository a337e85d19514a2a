import { access } from 'node:fs/promises';
import { NetworkError } from '../core/errors.js';
import { waitForIdleTime } from '../core/idle-time.js';
import { type Device, type DeviceChoice, PROVIDER_TITLES, providerOf } from '../devices/device-choices.js';
import { openOnDevice } from '../devices/open-on-device.js';
import { oneLine } from '../devices/runtime-message.js';
import type { RuntimePort, RuntimeTensor } from './runtime.js';
import { startInPlace } from './session-worker/start-in-place.js';
import type { SessionPlace, StartedSession } from './session-worker/started-session.js';
import type { FedTensor, TensorData } from './tensor.js';

/** How a session is opened. */
export interface SessionOptions {
  /** `auto` is the CPU: whoever runs many pictures asks `placeJob` where. @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads inside one operator. @default the runtime's own choice */
  readonly threads?: number;
  /** What errors call the model. @default its path, or "the model" */
  readonly what?: string;
  /** What the locations of weights in other files are relative to, for a model that is given as bytes. */
  readonly weightsFolder?: string;
  /** Whether CUDA may multiply float32 in TF32; a process that did so once does so always. @default false */
  readonly tf32?: boolean;
  /** Whether threads that wait for the next operator spin for a moment, for a graph of many small ones. @default false */
  readonly spins?: boolean;
}

/** An input or output of a model. */
export interface Port {
  readonly name: string;
  /** The runtime's name of the element type, such as "float32", "uint8" or "string"; "" for what is not a tensor. */
  readonly type: string;
  /** Numbers, and names (or "") for sides that the model leaves open. */
  readonly shape: readonly (number | string)[];
}

/** A model that is ready to run. */
export interface Session {
  /** Where it runs. */
  readonly device: Device;
  /** Its thread: those of GPUs share one of their own. */
  readonly thread: SessionPlace;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /**
   * Runs the model. Blocks its thread; runs that are asked for meanwhile wait.
   *
   * @param feeds a tensor for each input, by name
   * @param outputs names of the outputs to compute. @default all
   * @returns the outputs, by name
   * @throws {NetworkError} if the feeds do not fit the model, or if it cannot run
   */
  run(feeds: Readonly<Record<string, FedTensor>>, outputs?: readonly string[]): Promise<Outputs>;
  /** Frees the memory of the model, after the runs that wait. */
  close(): Promise<void>;
}

/** Tensors by the names of the outputs. */
export type Outputs = Readonly<Record<string, TensorData>>;

/**
 * Opens a model on a device.
 *
 * @param model bytes of an .onnx file, or its path (needed for weights in files beside it)
 * @param options device, threads, and what errors call the model
 * @throws {NetworkError} if the file is missing or damaged, if the runtime does not support the model, or if a named device cannot run
 */
export async function openSession(
  model: Uint8Array | string,
  {
    device = 'auto',
    threads,
    what = typeof model === 'string' ? model : 'the model',
    weightsFolder,
    tf32,
    spins,
  }: SessionOptions = {},
): Promise<Session> {
  if (typeof model === 'string') await checkReadable(model, what);
  const on = device === 'auto' ? 'cpu' : device;
  const open = (each: Device) => startInPlace(model, each, { threads, weightsFolder, tf32, spins });
  try {
    return new OpenedSession(on, await openOnDevice(on, { open }), what);
  } catch (error) {
    if (error instanceof NetworkError) throw error;
    throw new NetworkError(
      `${what} cannot be loaded as an ONNX model (${oneLine(error)}): check that the file is whole, or fetch it again`,
      { cause: error },
    );
  }
}

class OpenedSession implements Session {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly thread: SessionPlace;
  readonly #session: StartedSession;
  readonly #what: string;

  constructor(
    readonly device: Device,
    session: StartedSession,
    what: string,
  ) {
    this.#session = session;
    this.thread = session.thread;
    this.#what = what;
    this.inputs = session.inputMetadata.map(port);
    this.outputs = session.outputMetadata.map(port);
  }

  async run(
    feeds: Readonly<Record<string, FedTensor>>,
    outputs: readonly string[] = this.#session.outputNames,
  ): Promise<Outputs> {
    try {
      const mayRun = waitForIdleTime();
      // Without it the session must have the run at once: one that is closed next ends it first.
      if (mayRun) await mayRun;
      const results = await this.#session.run(feeds, outputs);
      return Object.fromEntries(outputs.map((name) => [name, tensorData(results[name])]));
    } catch (error) {
      throw new NetworkError(this.#explainFailure(oneLine(error)), { cause: error });
    }
  }

  #explainFailure(reason: string): string {
    if (this.device === 'cpu') return `${this.#what} failed to run (${reason})`;
    const title = PROVIDER_TITLES[providerOf(this.device)];
    return `${this.#what} failed to run on ${title} (${reason}): run it again with --device cpu, where it goes on from what was kept.`;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

function port(metadata: RuntimePort): Port {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
    : { name: metadata.name, type: '', shape: [] };
}

function tensorData(tensor: RuntimeTensor): TensorData {
  return { type: tensor.type, shape: tensor.dims, data: tensor.data } as TensorData;
}

async function checkReadable(path: string, what: string): Promise<void> {
  try {
    await access(path);
  } catch {
    throw new NetworkError(`${what} does not exist or cannot be read: check the path`);
  }
}
