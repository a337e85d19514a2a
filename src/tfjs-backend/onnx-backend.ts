import {
  type BackendValues,
  type DataId,
  DataStorage,
  type DataType,
  engine,
  KernelBackend,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { arrayOf, isTensorType, LazyValue, type TensorArray, tensorType } from './lazy-value.js';
import { reshape } from './rearrange.js';
import { GraphRunner, type RunnerOptions, type RunnerStats } from './runner/graph-runner.js';

/** Name under which tfjs knows the backend. */
export const BACKEND_NAME = 'onnx';

interface Stored {
  readonly value: LazyValue;
  references: number;
}

/**
 * A tfjs backend whose kernels build a graph; reading a tensor computes it. Get one from `useOnnxBackend`.
 */
export class OnnxBackend extends KernelBackend {
  readonly #tensors = new DataStorage<Stored>(this, engine());
  readonly #runner: GraphRunner;
  /** Tensors that were made since `time` was called; undefined outside of it. */
  #timed?: DataId[];

  /**
   * @param options device, threads and how many sessions are kept
   * @param blockSize channels of a block where maps are convolved in blocks of channels; undefined where they are not
   * @throws {RangeError} if `maxSessions` is not a positive integer
   */
  constructor(
    options: RunnerOptions = {},
    readonly blockSize?: number,
  ) {
    super();
    this.#runner = new GraphRunner(options);
  }

  /** Counts and times of what it has done so far. */
  get stats(): RunnerStats {
    return this.#runner.stats;
  }

  /**
   * Looks up the value of a tensor, in the tensor's shape. For kernels.
   *
   * @param tensor of this backend
   * @returns the value, which may not be computed yet
   * @internal
   */
  toValue({ dataId, shape }: TensorInfo): LazyValue {
    return reshape(this.#tensors.get(dataId).value, shape);
  }

  /**
   * Makes a tensor of a value. For kernels.
   *
   * @param value float32, int32 or bool
   * @returns the tensor, of the value's shape
   * @throws {TypeError} if tfjs does not have its element type
   * @internal
   */
  toTensor(value: LazyValue): TensorInfo {
    if (!isTensorType(value.type)) {
      throw new TypeError(`expected float32, int32 or bool for a tensor but received ${value.type}`);
    }
    const dataId = {};
    this.#tensors.set(dataId, { value, references: 1 });
    this.#timed?.push(dataId);
    return { dataId, shape: [...value.shape], dtype: value.type };
  }

  /**
   * Makes a tensor with the data of another one. For kernels.
   *
   * @param tensor whose data is shared
   * @param shape any shape of the same size
   * @returns the tensor
   * @internal
   */
  alias({ dataId, dtype }: TensorInfo, shape: readonly number[]): TensorInfo {
    this.incRef(dataId);
    return { dataId, shape: [...shape], dtype };
  }

  /**
   * Computes tensors, and every variable that was assigned, in one session run.
   *
   * @param tensors what is computed besides the variables
   * @throws {NetworkError} if the runtime refuses the graph
   */
  flush(tensors: readonly Tensor[] = []): Promise<void> {
    return this.#settle(tensors.map(({ dataId }) => this.#tensors.get(dataId).value));
  }

  /** Stores the values of a new tensor. Called by tfjs. */
  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    return this.toTensor(LazyValue.known(copyOf(values, shape, dtype), shape, tensorType(dtype))).dataId;
  }

  /** Stores the values of a tensor that another backend had. Called by tfjs. */
  override move(
    dataId: DataId,
    values: BackendValues,
    shape: number[],
    dtype: DataType,
    references: number,
  ): void {
    const value = LazyValue.known(copyOf(values, shape, dtype), shape, tensorType(dtype));
    this.#tensors.set(dataId, { value, references });
  }

  /**
   * The values of a tensor, computed if they are not known yet. Called by `tensor.data()`.
   *
   * @throws {NetworkError} if the runtime refuses the graph
   */
  override async read(dataId: DataId): Promise<TensorArray> {
    const { value } = this.#tensors.get(dataId);
    if (value.operation) await this.#settle([value]);
    await this.#runner.fetch(value);
    return value.requireData();
  }

  /**
   * The values of a tensor that is computed. Called by `tensor.dataSync()`.
   *
   * @throws {Error} if it is not computed yet, or is on the graphics card
   */
  override readSync(dataId: DataId): TensorArray {
    const { data, resident } = this.#tensors.get(dataId).value;
    if (data) return data;
    const why = resident ? 'has on the graphics card' : 'has not computed yet';
    throw new Error(
      `dataSync() and arraySync() cannot wait for a tensor that the onnx backend ${why}: use await data() or await array().`,
    );
  }

  /** How many tensors have data here. */
  override numDataIds(): number {
    return this.#tensors.numDataIds();
  }

  /** How many tensors share this data. */
  override refCount(dataId: DataId): number {
    return this.#tensors.has(dataId) ? this.#tensors.get(dataId).references : 0;
  }

  /** One more tensor shares this data. */
  override incRef(dataId: DataId): void {
    this.#tensors.get(dataId).references++;
  }

  /**
   * One tensor less shares this data; it is freed when none does, or at once by `force`.
   *
   * @returns whether it is freed
   */
  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.#tensors.has(dataId)) return true;
    const stored = this.#tensors.get(dataId);
    stored.references--;
    if (!force && stored.references > 0) return false;
    this.#tensors.delete(dataId);
    return true;
  }

  /** That the number of bytes which tfjs counts is reliable. */
  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  /** That `tf.time()` works. */
  override timerAvailable(): boolean {
    return true;
  }

  /**
   * Computes the tensors that a function makes and does not dispose of.
   *
   * @param query makes the tensors
   * @returns `kernelMs`, how long the session ran, in milliseconds
   */
  override async time(query: () => void): Promise<{ kernelMs: number }> {
    const outer = this.#timed;
    const made: DataId[] = [];
    this.#timed = made;
    try {
      query();
    } finally {
      this.#timed = outer;
    }
    const kept = made.filter((dataId) => this.#tensors.has(dataId));
    return { kernelMs: await this.#runner.run(kept.map((dataId) => this.#tensors.get(dataId).value)) };
  }

  /** Closes the sessions without waiting. Called by tfjs when the backend is removed; `close` can be awaited. */
  override dispose(): void {
    void this.#runner.close();
  }

  /** Closes the sessions. Await it before the process ends. */
  close(): Promise<void> {
    return this.#runner.close();
  }

  /**
   * Computes values together with all variables: otherwise the graph of a loop that reads only its loss would grow by a step with every
   * step.
   */
  async #settle(values: readonly LazyValue[]): Promise<void> {
    const variables = Object.values(engine().registeredVariables)
      .filter(({ dataId }) => this.#tensors.has(dataId))
      .map(({ dataId }) => this.#tensors.get(dataId).value);
    await this.#runner.run([...values, ...variables]);
  }
}

/** A copy of the values: the caller may change its array before it is used. */
function copyOf(values: BackendValues | null, shape: readonly number[], dtype: DataType): TensorArray {
  const type = tensorType(dtype);
  if (values === null)
    return arrayOf(
      type,
      shape.reduce((product, side) => product * side, 1),
    );
  const copy = arrayOf(type, values.length);
  copy.set(values as TensorArray);
  return copy;
}
