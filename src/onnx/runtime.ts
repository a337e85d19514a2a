import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InferenceSession } from 'onnxruntime-node';
import { findRuntimePackage, runtimePackageVersion } from '../core/runtime-package.js';
import { type Device, gpuOf, providerOf } from '../devices/device-choices.js';
import { settleTf32 } from '../devices/tf32.js';
import { fitToWebGpu } from './fit-to-webgpu.js';
import type { FedTensor } from './tensor.js';

// What is exported here has types of its own: those of onnxruntime-node name things of browsers, and whoever compiles against ganeval
// would need the DOM library.

/** A tensor of the runtime. */
export interface RuntimeTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
  /** `cpu`, or `gpu-buffer` where the numbers are on the graphics card and `data` must not be read. */
  readonly location?: string;
  /** Frees numbers on the graphics card. */
  dispose?(): void;
}

/** What the runtime says of an input or output. */
export type RuntimePort =
  | { readonly isTensor: false; readonly name: string }
  | {
      readonly isTensor: true;
      readonly name: string;
      readonly type: string;
      readonly shape: readonly (number | string)[];
    };

/** A session of the runtime. */
export interface RuntimeSession {
  readonly outputNames: readonly string[];
  readonly inputMetadata: readonly RuntimePort[];
  readonly outputMetadata: readonly RuntimePort[];
  run(
    feeds: Readonly<Record<string, RuntimeTensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}

type Runtime = typeof import('onnxruntime-node');

let loading: Promise<Runtime> | undefined;

/** Loads ONNX Runtime on first use: commands that run no network start without its 30 MB library. */
function loadRuntime(): Promise<Runtime> {
  loading ??= importRuntime().then((runtime) => {
    // Errors are exceptions anyway; the runtime's own log lines would mix with ours on stderr.
    runtime.env.logLevel = 'fatal';
    return runtime;
  });
  return loading;
}

/** Makes a tensor of the runtime, over the same numbers. */
export async function makeRuntimeTensor({ type, data, shape }: FedTensor): Promise<RuntimeTensor> {
  // Where Node has an array of float16, the runtime's own tensor makes one of the bits, and its binding (1.30) finds no numbers in that.
  if (type === 'float16') return { type, dims: shape, data, location: 'cpu' };
  const { Tensor } = await loadRuntime();
  return new Tensor(type, data, shape);
}

async function importRuntime(): Promise<Runtime> {
  const { folder, isEmbedded } = findRuntimePackage();
  // Bundlers look for the name; the copy is a file like any other.
  return isEmbedded
    ? import(pathToFileURL(join(folder, 'dist', 'index.js')).href)
    : import('onnxruntime-node');
}

/** Version of onnxruntime-node, without loading its library. */
export function runtimeVersion(): string {
  return runtimePackageVersion();
}

/** How a session is started. */
export interface StartOptions {
  /** Inside one operator; the runtime's own choice if undefined. */
  readonly threads?: number;
  /** What the locations of weights in other files are relative to, for a model that is given as bytes. */
  readonly weightsFolder?: string;
  /** Names of outputs that are left on the graphics card; WebGPU alone can. @default none */
  readonly residentOutputs?: readonly string[];
  /** Whether CUDA may multiply float32 in TF32, which holds for the whole process. @default false */
  readonly tf32?: boolean;
  /** Whether threads that wait for the next operator spin for a moment, for a graph of many small ones. @default false */
  readonly spins?: boolean;
}

/**
 * As long as small operators take between two large ones. A training step of dense layers takes a tenth less with it; ten times as long gains nothing
 * more, and takes processor time from other programs.
 */
const SPIN_MICROSECONDS = 50;

/**
 * Settles what native libraries read of the environment, which they see only where the main thread sets it.
 *
 * @throws Error with half a sentence if it can't be had any more
 */
export function prepareProcess(device: Device, { tf32 = false }: Pick<StartOptions, 'tf32'>): void {
  // Telemetry would write a log and a device number to the user's folders, and may send counts.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  if (providerOf(device) === 'cuda') settleTf32(tf32);
}

/**
 * Starts a session.
 *
 * @param model bytes of an .onnx file, or its path (needed for weights in files beside it)
 * @param device where it runs
 * @param options threads, weights in other files, TF32, and whether outputs stay there
 * @throws the runtime's own error
 */
export async function startSession(
  model: Uint8Array | string,
  device: Device,
  { threads, weightsFolder, residentOutputs = [], tf32 = false, spins = false }: StartOptions = {},
): Promise<RuntimeSession> {
  prepareProcess(device, { tf32 });
  const runtime = await loadRuntime();
  const provider = providerOf(device);
  const given: StartModel = { model, weightsFolder };
  const fitted = provider === 'webgpu' ? await fitModel(given) : given;
  const options: InferenceSession.SessionOptions = {
    executionProviders: providers(device, fitted.nodesForCpu),
    // DirectML runs without memory patterns alone.
    ...(provider === 'dml' && { enableMemPattern: false }),
    logSeverityLevel: 4,
    // Waiting threads would spin on the cores that decode the next pictures. Measured: as fast alone, a fifth faster beside others.
    extra: {
      session: {
        intra_op: spins
          ? { allow_spinning: '1', spin_duration_us: String(SPIN_MICROSECONDS) }
          : { allow_spinning: '0' },
        ...(fitted.weightsFolder !== undefined && {
          model_external_initializers_file_folder_path: fitted.weightsFolder,
        }),
      },
    },
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(residentOutputs.length > 0 && {
      preferredOutputLocation: Object.fromEntries(
        residentOutputs.map((name) => [name, 'gpu-buffer'] as const),
      ),
    }),
  };
  return typeof fitted.model === 'string'
    ? runtime.InferenceSession.create(fitted.model, options)
    : runtime.InferenceSession.create(fitted.model, options);
}

/** A model to start a session of. */
interface StartModel {
  readonly model: Uint8Array | string;
  readonly weightsFolder?: string;
  readonly nodesForCpu?: readonly string[];
}

async function fitModel({ model, weightsFolder }: StartModel): Promise<StartModel> {
  const { bytes, nodesForCpu } = fitToWebGpu(typeof model === 'string' ? await readFile(model) : model);
  if (!bytes) return { model, weightsFolder, nodesForCpu };
  return {
    model: bytes,
    weightsFolder: weightsFolder ?? (typeof model === 'string' ? dirname(model) : undefined),
    nodesForCpu,
  };
}

/** A program for the CPU and the GPU in float32; the Neural Engine would compute in float16. */
const CORE_ML_FLAGS = 0x010 | 0x020;

/** What a device can't compute falls to the processor. */
function providers(
  device: Device,
  nodesForCpu: readonly string[] = [],
): InferenceSession.ExecutionProviderConfig[] {
  const name = providerOf(device);
  const gpu = gpuOf(device);
  switch (name) {
    case 'cpu':
      return ['cpu'];
    case 'cuda':
    case 'dml':
      return [gpu === undefined ? name : { name, deviceId: gpu }, 'cpu'];
    case 'coreml':
      return [{ name, coreMlFlags: CORE_ML_FLAGS }, 'cpu'];
    case 'webgpu':
      return [{ name, ...(nodesForCpu.length > 0 && { forceCpuNodeNames: [...nodesForCpu] }) }, 'cpu'];
  }
}
