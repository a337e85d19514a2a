import { getKernel, ready, setBackend } from '@tensorflow/tfjs-core';
import { NetworkError } from '../../core/errors.js';
import type { DeviceChoice } from '../../devices/device-choices.js';
import { registerGradients } from '../../tfjs-backend/gradients.js';
import { type BackendChoice, eagerBackend, type TrainingBackend } from './training-backend.js';

/** How `chooseBackend` starts a backend. */
export interface BackendOptions {
  /** Where ONNX Runtime computes; `auto` is the CPU. @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads of ONNX Runtime. @default all cores */
  readonly threads?: number;
  /** Kernels of tfjs that the training needs and that some backends lack. @default none */
  readonly kernels?: readonly string[];
}

/** How backends are loaded; each resolves once tfjs computes with it. */
export interface BackendLoaders {
  onnx(options: BackendOptions): Promise<TrainingBackend>;
  /** Loads a package that registers the backend of this name; rejects with ERR_MODULE_NOT_FOUND if it is not installed. */
  fromPackage(name: string, backend: string): Promise<TrainingBackend>;
}

/** Weights are copied a tenth as often; more steps gain little, and their graph takes longer to make. */
const STEPS_PER_RUN = 10;

const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu';
const CPU_PACKAGE = '@tensorflow/tfjs-node';
const WASM_PACKAGE = '@tensorflow/tfjs-backend-wasm';

const LOADERS: BackendLoaders = {
  async onnx({ device = 'auto', threads }) {
    const { flush, useOnnxBackend } = await import('../../tfjs-backend/index.js');
    await useOnnxBackend({ device, threads });
    // On a graphics card weights stay where they are, and several steps would take memory there.
    const onCpu = device === 'auto' || device === 'cpu';
    return { name: 'onnx', stepsPerRun: onCpu ? STEPS_PER_RUN : 1, flush: (tensors) => flush(tensors) };
  },
  async fromPackage(name, backend) {
    await import(name);
    if (!(await setBackend(backend)))
      throw new Error(`tfjs has no backend ${backend} after ${name} was loaded`);
    await ready();
    return eagerBackend(backend);
  },
};

/**
 * Makes tfjs compute with a backend, and registers its gradients.
 *
 * @param choice which backend
 * @param options device, threads, and kernels that it must have
 * @param loaders how backends are loaded; tests give their own
 * @returns the backend, ready
 * @throws {NetworkError} if its package is not installed or cannot be loaded, or if it lacks a kernel
 *
 * @example
 * ```ts
 * const backend = await chooseBackend('onnx', { device: 'cpu', threads: 2 });
 * ```
 */
export async function chooseBackend(
  choice: BackendChoice,
  options: BackendOptions = {},
  loaders: BackendLoaders = LOADERS,
): Promise<TrainingBackend> {
  const backend = await load(choice, options, loaders);
  await registerGradients();
  const lacking = (options.kernels ?? []).find((kernel) => !getKernel(kernel, backend.name));
  if (lacking) {
    throw new NetworkError(
      `tfjs's ${backend.name} backend cannot train this network, because it has no ${lacking}: use --backend onnx.`,
    );
  }
  return backend;
}

async function load(
  choice: BackendChoice,
  options: BackendOptions,
  loaders: BackendLoaders,
): Promise<TrainingBackend> {
  switch (choice) {
    case 'onnx':
      return loaders.onnx(options);
    case 'auto':
      return (await firstInstalled([GPU_PACKAGE], 'tensorflow', loaders)) ?? loaders.onnx(options);
    case 'tensorflow':
      return mustBeInstalled([GPU_PACKAGE, CPU_PACKAGE], 'tensorflow', loaders);
    case 'wasm':
      return mustBeInstalled([WASM_PACKAGE], 'wasm', loaders);
  }
}

async function mustBeInstalled(
  packages: readonly string[],
  backend: string,
  loaders: BackendLoaders,
): Promise<TrainingBackend> {
  const found = await firstInstalled(packages, backend, loaders);
  if (found) return found;
  throw new NetworkError(
    `--backend ${backend} needs ${packages.join(' or ')}, which is not installed: install it with npm, or use --backend onnx.`,
  );
}

async function firstInstalled(
  packages: readonly string[],
  backend: string,
  loaders: BackendLoaders,
): Promise<TrainingBackend | undefined> {
  for (const name of packages) {
    try {
      return await loaders.fromPackage(name, backend);
    } catch (error) {
      if (isMissing(error, name)) continue;
      throw new NetworkError(
        `${name} is installed but cannot be loaded (${firstLine(error)}): repair or remove it, or use --backend onnx.`,
        { cause: error },
      );
    }
  }
  return undefined;
}

/** Whether the package itself is absent, and not something that it needs. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
