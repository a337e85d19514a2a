import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';

/** Where a session runs. */
export type Device = 'cpu' | 'cuda';

type Runtime = typeof import('onnxruntime-node');

let loading: Promise<Runtime> | undefined;

/** Loads ONNX Runtime on first use: commands that run no network start without its 30 MB library. */
export function loadRuntime(): Promise<Runtime> {
  loading ??= import('onnxruntime-node').then((runtime) => {
    // Errors are exceptions anyway; the runtime's own log lines would mix with ours on stderr.
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
 * Starts a session.
 *
 * @param model bytes of an .onnx file, or its path (needed for weights in files beside it)
 * @param device where it runs
 * @param threads threads inside one operator; the runtime's own choice if undefined
 * @throws the runtime's own error
 */
export async function startSession(
  model: Uint8Array | string,
  device: Device,
  threads?: number,
): Promise<InferenceSession> {
  // Telemetry would write a log and a device number to the user's folders, and may send counts.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const runtime = await loadRuntime();
  // CUDA multiplies float32 in TF32 (10 bits) by default. The Node binding cannot pass an option for it, but NVIDIA's libraries read
  // this variable when they load.
  if (device === 'cuda') process.env.NVIDIA_TF32_OVERRIDE ??= '0';
  const options: InferenceSession.SessionOptions = {
    executionProviders: device === 'cuda' ? ['cuda', 'cpu'] : ['cpu'],
    logSeverityLevel: 4,
    // Waiting threads would spin on the cores that decode the next pictures. Measured: as fast alone, a fifth faster beside others.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  };
  return typeof model === 'string'
    ? runtime.InferenceSession.create(model, options)
    : runtime.InferenceSession.create(model, options);
}
