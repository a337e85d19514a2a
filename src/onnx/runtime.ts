import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';

export type Device = 'cpu' | 'cuda';

type Runtime = typeof import('onnxruntime-node');

let loading: Promise<Runtime> | undefined;

/** Loads ONNX Runtime on first use, so that commands that run no network start without its 30 MB library. */
export function loadRuntime(): Promise<Runtime> {
  loading ??= import('onnxruntime-node').then((runtime) => {
    // What goes wrong comes to us as an exception; the runtime's own lines would end up between ours on stderr.
    runtime.env.logLevel = 'fatal';
    return runtime;
  });
  return loading;
}

/** Folder of the installed onnxruntime-node package. */
export function runtimeFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
}

/** Version of the installed onnxruntime-node package, without loading its library. */
export function runtimeVersion(): string {
  return createRequire(import.meta.url)('onnxruntime-node/package.json').version;
}

/** Where onnxruntime-node's install script puts the CUDA provider. */
export function cudaLibraryPath(): string {
  const { platform, arch } = process;
  return join(runtimeFolder(), 'bin', 'napi-v6', platform, arch, 'libonnxruntime_providers_cuda.so');
}

/**
 * Starts a session; throws the runtime's own error.
 *
 * @param model bytes of an .onnx file, or its path (needed for weights in files beside it)
 * @param threads threads inside one operator; the runtime chooses if undefined
 */
export async function startSession(
  model: Uint8Array | string,
  device: Device,
  threads?: number,
): Promise<InferenceSession> {
  // The library would keep a log and a device number in the user's folders, and may send what it counts.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const runtime = await loadRuntime();
  // CUDA multiplies float32 in TF32 (10 bits) unless told otherwise, and the Node binding passes only a device number
  // to the provider; NVIDIA's libraries read this variable when they load.
  if (device === 'cuda') process.env.NVIDIA_TF32_OVERRIDE ??= '0';
  const options: InferenceSession.SessionOptions = {
    executionProviders: device === 'cuda' ? ['cuda', 'cpu'] : ['cpu'],
    logSeverityLevel: 4,
    // Threads that wait would spin on the cores that decode the next pictures: as fast alone, a fifth faster beside others.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  };
  return typeof model === 'string'
    ? runtime.InferenceSession.create(model, options)
    : runtime.InferenceSession.create(model, options);
}
