import type { Attribute } from '../onnx/graph.js';
import type { ResidentTensor } from '../onnx/resident-session.js';
import { type ArrayOfType, type ElementType, elementCount } from '../onnx/tensor.js';

/** Element types that a tfjs tensor can have here; ONNX gives them the same names. */
export type TensorType = 'float32' | 'int32' | 'bool';

/** The array that holds a tensor's values, row-major. */
export type TensorArray = ArrayOfType[TensorType];

/**
 * What an operator takes: a value, a list of integers that belongs to the structure (axes, shapes, pads; a
 * one-dimensional int64 constant in the model), or nothing where ONNX lets an input out.
 */
export type Input = LazyValue | readonly number[] | undefined;

export type Attributes = Readonly<Record<string, Attribute>>;

export interface ValueKind {
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** One application of an ONNX operator; its outputs are lazy values. */
export class Operation {
  #signature?: string;

  /** @param operator name of the operator, with its domain before a colon if it isn't a standard one */
  constructor(
    readonly operator: string,
    readonly inputs: readonly Input[],
    readonly attributes: Attributes,
    readonly outputCount: number,
  ) {}

  /** All of it that is structure, without the wiring. */
  get signature(): string {
    this.#signature ??= `${this.operator}${this.outputCount}${JSON.stringify(this.attributes)}`;
    return this.#signature;
  }
}

/**
 * A tensor that is known or can be computed: it has either its numbers, in memory or on a graphics card, or the operation that makes it.
 * Values are immutable but for the change from pending to known, and for numbers that come to memory; several tensors may share one.
 */
export class LazyValue implements ValueKind {
  #data?: TensorArray;
  #resident?: ResidentTensor;
  #operation?: Operation;
  /** Other shapes of these data, so that each is made once. */
  #views?: Map<string, LazyValue>;

  private constructor(
    readonly shape: readonly number[],
    readonly type: ElementType,
    source: TensorArray | Operation,
    /** Which output of its operation it is. */
    readonly outputIndex: number,
  ) {
    if (source instanceof Operation) this.#operation = source;
    else this.#data = source;
  }

  /** A value that is known. The array is not copied. */
  static known(data: TensorArray, shape: readonly number[], type: TensorType): LazyValue {
    return new LazyValue(shape, type, data, 0);
  }

  /** An output of an operation. One without elements needs no computing. */
  static pending(operation: Operation, outputIndex: number, { shape, type }: ValueKind): LazyValue {
    const empty = isTensorType(type) && elementCount(shape) === 0;
    return new LazyValue(shape, type, empty ? arrayOf(type, 0) : operation, outputIndex);
  }

  /** Its values; undefined while it is pending, and while they are on a graphics card alone. */
  get data(): TensorArray | undefined {
    return this.#data;
  }

  /** Where its values are on a graphics card; undefined if they are not. */
  get resident(): ResidentTensor | undefined {
    return this.#resident;
  }

  /**
   * What it is computed from: its values, wherever they are.
   *
   * @throws {Error} while it is pending
   */
  requireSource(): TensorArray | ResidentTensor {
    return this.#resident ?? this.requireData();
  }

  /**
   * Its values, where they are in memory.
   *
   * @throws {Error} while it is pending
   */
  requireData(): TensorArray {
    if (!this.#data) throw new Error('expected a value that is computed but it is pending');
    return this.#data;
  }

  /** What will compute it; undefined once it is known. */
  get operation(): Operation | undefined {
    return this.#operation;
  }

  /** Makes it known, and lets go of what it was computed from. */
  settle(data: TensorArray): void {
    this.#data = data;
    this.#operation = undefined;
  }

  /** Makes it known, with values that stay on the graphics card. */
  settleOnDevice(resident: ResidentTensor): void {
    this.#resident = resident;
    this.#operation = undefined;
  }

  /** The same data in another shape of as many elements; undefined while it is pending. */
  view(shape: readonly number[]): LazyValue | undefined {
    if (!this.#data) return undefined;
    const key = shape.join();
    this.#views ??= new Map();
    let view = this.#views.get(key);
    if (!view) {
      view = new LazyValue(shape, this.type, this.#data, 0);
      this.#views.set(key, view);
    }
    return view;
  }
}

/** Applies an ONNX operator (of the opset in compile.ts). The caller says what comes out; nothing is computed. */
export function apply(
  operator: string,
  inputs: readonly Input[],
  kind: ValueKind,
  attributes: Attributes = {},
): LazyValue {
  return LazyValue.pending(new Operation(operator, inputs, attributes, 1), 0, kind);
}

/** Applies an operator with several outputs, such as Split or TopK. */
export function applyMany(
  operator: string,
  inputs: readonly Input[],
  kinds: readonly ValueKind[],
  attributes: Attributes = {},
): LazyValue[] {
  const operation = new Operation(operator, inputs, attributes, kinds.length);
  return kinds.map((kind, i) => LazyValue.pending(operation, i, kind));
}

/** A known scalar. It becomes an input of the model, so another number needs no other session. */
export function scalar(value: number, type: TensorType = 'float32'): LazyValue {
  return LazyValue.known(arrayOf(type, 1).fill(value), [], type);
}

/**
 * The type as this backend has it.
 *
 * @throws {TypeError} for tfjs's string and complex64, which it does not have
 */
export function tensorType(type: string): TensorType {
  if (isTensorType(type)) return type;
  throw new TypeError(
    `the onnx backend has no tensors of dtype ${type}: use float32, int32 or bool, or another backend for them`,
  );
}

export function isTensorType(type: string): type is TensorType {
  return type === 'float32' || type === 'int32' || type === 'bool';
}

/** A zeroed array for this type. */
export function arrayOf(type: TensorType, length: number): TensorArray {
  switch (type) {
    case 'float32':
      return new Float32Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'bool':
      return new Uint8Array(length);
  }
}
