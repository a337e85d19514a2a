import { NetworkError } from '../core/errors.js';
import { oneLine } from '../devices/runtime-message.js';
import { GraphBuilder } from './graph.js';
import { makeRuntimeTensor, type RuntimeSession, type RuntimeTensor, startSession } from './runtime.js';
import { claimMainThread } from './session-worker/gpu-thread.js';
import { type ElementType, elementCount, type TensorData } from './tensor.js';

/** Element types that stay on WebGPU. Others come to memory: boolean numbers that stay there can't be read any more. */
const RESIDENT_TYPES = ['float32', 'int32'] as const;
type ResidentType = (typeof RESIDENT_TYPES)[number];

/** A tensor in the memory of the graphics card. */
export class ResidentTensor {
  /** In bytes. */
  readonly size: number;

  constructor(
    readonly tensor: RuntimeTensor,
    readonly type: ResidentType,
    readonly shape: readonly number[],
  ) {
    this.size = elementCount(shape) * 4;
  }

  /** Frees its memory. */
  dispose(): void {
    this.tensor.dispose?.();
  }
}

/** How a resident session is opened. */
export interface ResidentOptions {
  /** Inside one operator on the processor; the runtime's own choice if undefined. */
  readonly threads?: number;
  /** Element types of the model's outputs, by name. */
  readonly outputs: Readonly<Record<string, ElementType>>;
}

/** What a resident session takes and gives. */
export type Residing = TensorData | ResidentTensor;

/**
 * A model on WebGPU whose outputs of such types stay on the graphics card, so that the next run can take them without their travel to memory and back. On
 * CUDA the binding of ONNX Runtime 1.30 has no such place: "Failed to find allocator".
 */
export class ResidentSession {
  private constructor(
    private readonly session: RuntimeSession,
    private readonly what: string,
  ) {}

  /**
   * Opens a model on WebGPU.
   *
   * @param model bytes of an .onnx file
   * @param what what errors call the model
   * @throws {NetworkError} if it cannot be opened there, or while other sessions on GPUs are open in their thread
   */
  static async open(
    model: Uint8Array,
    what: string,
    { threads, outputs }: ResidentOptions,
  ): Promise<ResidentSession> {
    await claimMainThread(what);
    const residentOutputs = Object.keys(outputs).filter((name) => isResidentType(outputs[name]));
    try {
      return new ResidentSession(await startSession(model, 'webgpu', { threads, residentOutputs }), what);
    } catch (error) {
      throw new NetworkError(`${what} cannot be opened on WebGPU (${oneLine(error)})`, { cause: error });
    }
  }

  /**
   * Runs the model.
   *
   * @param feeds a tensor for each input, by name
   * @param outputs names of the outputs to compute
   * @throws {NetworkError} if it cannot run
   */
  async run(
    feeds: Readonly<Record<string, Residing>>,
    outputs: readonly string[],
  ): Promise<Record<string, Residing>> {
    const given: Record<string, RuntimeTensor> = {};
    for (const [name, feed] of Object.entries(feeds)) {
      given[name] = feed instanceof ResidentTensor ? feed.tensor : await makeRuntimeTensor(feed);
    }
    try {
      const made = await this.session.run(given, outputs);
      return Object.fromEntries(outputs.map((name) => [name, residing(made[name])]));
    } catch (error) {
      throw new NetworkError(`${this.what} failed to run (${oneLine(error)})`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

/** Brings resident tensors to memory. (The tensor's own `getData` ends the process in ONNX Runtime 1.30.) */
export class ResidentReader {
  readonly #sessions = new Map<ResidentType, Promise<RuntimeSession>>();

  /** @throws {NetworkError} if the device fails */
  async read({ tensor, type, shape }: ResidentTensor): Promise<TensorData> {
    try {
      const session = await this.#open(type);
      const { y } = await session.run({ x: tensor }, ['y']);
      return { type, shape, data: y.data } as TensorData;
    } catch (error) {
      throw new NetworkError(`a tensor cannot be read from WebGPU (${oneLine(error)})`, { cause: error });
    }
  }

  #open(type: ResidentType): Promise<RuntimeSession> {
    let session = this.#sessions.get(type);
    if (!session) {
      session = startSession(identity(type), 'webgpu');
      this.#sessions.set(type, session);
      // The next one tries again, and none is left to close.
      session.catch(() => this.#sessions.delete(type));
    }
    return session;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }
}

function residing(tensor: RuntimeTensor): Residing {
  const { type, dims, location } = tensor;
  if (location === 'gpu-buffer' && isResidentType(type)) return new ResidentTensor(tensor, type, dims);
  return { type, shape: dims, data: tensor.data } as TensorData;
}

function isResidentType(type: string): type is ResidentType {
  return RESIDENT_TYPES.some((each) => each === type);
}

function identity(type: ResidentType): Uint8Array {
  const graph = new GraphBuilder('read', { opset: 18 });
  graph.output('y', graph.node('Identity', [graph.input('x', type)]), type);
  return graph.toBytes();
}
