import type { GraphBuilder, Value } from '../../onnx/graph.js';
import { elementCount } from '../../onnx/tensor.js';
import { type Attributes, type Input, LazyValue, type Operation } from '../lazy-value.js';
import { ELEMENTWISE_OPERATORS, REDUCTION_OPERATORS } from '../operator-families.js';
import { addLeadingSum, asLeadingSum } from './leading-sum.js';
import type { PlannedOperation, ValueNumber } from './structural-key.js';

/** Where the axes of a program's tensor stand in memory: axis i there is the program's axis order[i]. */
type Order = readonly number[];

interface Stored {
  readonly value: Value;
  /** Undefined if they stand as the program has them. */
  readonly order?: Order;
}

/** An input that is a value, with what the program knows of it. */
interface Operand {
  readonly number: ValueNumber;
  readonly shape: readonly number[];
}

/** [N, H, W, C] held as [N, C, H, W] */
const CHANNELS_FIRST: Order = [0, 3, 1, 2];

/**
 * Writes operations into a graph without the transposes that the program asks for. A transpose only notes in which order
 * the axes of its result stand in memory; element-by-element operators, reductions, joins, slices and paddings work in
 * that order, and where an operator needs the program's own order the value is transposed once. So a network that is
 * written for NHWC runs in the NCHW of ONNX's convolutions, and what it moves is what ONNX has no operator for.
 */
export class TransposeCanceller {
  readonly #graph: GraphBuilder;
  readonly #integers: (list: readonly number[]) => Value;
  readonly #stored: Stored[] = [];
  /** Values by their number and an order that they were brought into. */
  readonly #moved = new Map<string, Value>();

  constructor(graph: GraphBuilder, integers: (list: readonly number[]) => Value) {
    this.#graph = graph;
    this.#integers = integers;
  }

  /** Notes an input of the graph. */
  addLeaf(number: ValueNumber, value: Value): void {
    this.#stored[number] = { value };
  }

  /** The value with its axes as the program has them. */
  plain(number: ValueNumber): Value {
    const { value, order } = this.#stored[number];
    return order ? this.#inOrder(number, plain(order.length)) : value;
  }

  addOperation({ operation, inputs, firstOutput }: PlannedOperation): void {
    let next = 0;
    const operands = operation.inputs.map((input): Operand | undefined =>
      input instanceof LazyValue ? { number: inputs[next++], shape: input.shape } : undefined,
    );
    const made = this.#reordered(operation, operands) ?? this.#asWritten(operation, operands);
    for (const [i, stored] of made.entries()) this.#stored[firstOutput + i] = stored;
  }

  /** The operation in an order that its inputs have in memory; undefined if it has to be done as it is written. */
  #reordered(operation: Operation, operands: readonly (Operand | undefined)[]): Stored[] | undefined {
    const { operator } = operation;
    const first = operands[0];
    if (!first) return undefined;
    if (operator === 'Transpose') return [this.#transposed(first, operation.attributes.perm as Order)];
    if (ELEMENTWISE_OPERATORS.has(operator) || operator === 'Concat') {
      const order = this.#commonOrder(operands);
      if (!order) return undefined;
      return operator === 'Concat'
        ? this.#alongAxis(operation, operands, order)
        : this.#elementwise(operation, operands, order);
    }
    const { order } = this.#stored[first.number];
    if (!order) return undefined;
    if (operator === 'Split') return this.#alongAxis(operation, operands, order);
    if (operator === 'Slice') return this.#slice(operation, first, order);
    if (operator === 'Pad') return this.#pad(operation, operands, order);
    if (REDUCTION_OPERATORS.has(operator)) return this.#reduction(operation, first, order);
    return undefined;
  }

  #asWritten(operation: Operation, operands: readonly (Operand | undefined)[]): Stored[] {
    const { operator } = operation;
    const first = operands[0];
    if (first && REDUCTION_OPERATORS.has(operator)) {
      const reduced = this.#reduction(operation, first, plain(first.shape.length));
      if (reduced) return reduced;
    }
    const sides = ELEMENTWISE_OPERATORS.has(operator) ? broadcastSides(operands) : [];
    const given = operation.inputs.map((input, i) => {
      const operand = operands[i];
      if (!operand) return this.#list(input);
      return this.#scalarBeside(operation, operand, sides) ?? this.plain(operand.number);
    });
    return this.#nodes(operation, given).map((value) => ({ value }));
  }

  /**
   * A number with as many axes as the tensor that it is combined with, whose last side in memory is 1. With fewer, ONNX Runtime's CPU goes
   * over such a tensor, as over gray pictures, element by element, which takes a hundred times as long
   * (findings/onnxruntime-scalar-trailing-axis.sh).
   *
   * @returns undefined where that is not needed
   */
  #scalarBeside(
    { operator }: Operation,
    { number, shape }: Operand,
    sides: readonly number[],
  ): Value | undefined {
    const isShort = elementCount(shape) === 1 && shape.length < sides.length;
    // Clip takes its bounds as scalars alone.
    if (!isShort || sides.at(-1) !== 1 || operator === 'Clip') return undefined;
    return this.#reshaped(
      number,
      sides.map(() => 1),
    );
  }

  #transposed({ number }: Operand, perm: Order): Stored {
    const { value, order = plain(perm.length) } = this.#stored[number];
    const moved = order.map((axis) => perm.indexOf(axis));
    return isPlain(moved) ? { value } : { value, order: moved };
  }

  #elementwise(operation: Operation, operands: readonly (Operand | undefined)[], order: Order): Stored[] {
    const all = broadcastSides(operands);
    const sides = order.map((axis) => all[axis]);
    const given = operation.inputs.map((input, i) => {
      const operand = operands[i];
      if (!operand) return this.#list(input);
      return this.#scalarBeside(operation, operand, sides) ?? this.#broadcastable(operand, order);
    });
    return this.#nodes(operation, given).map((value) => ({ value, order }));
  }

  /** Concat and Split: their axis is where the order has it. */
  #alongAxis(operation: Operation, operands: readonly (Operand | undefined)[], order: Order): Stored[] {
    const axis = positive(Number(operation.attributes.axis), order.length);
    const given = operation.inputs.map((input, i) => {
      const operand = operands[i];
      return operand ? this.#inOrder(operand.number, order) : this.#list(input);
    });
    const made = this.#nodes(operation, given, { ...operation.attributes, axis: order.indexOf(axis) });
    return made.map((value) => ({ value, order }));
  }

  #slice(operation: Operation, { number }: Operand, order: Order): Stored[] | undefined {
    const [, starts, ends, axes, steps] = operation.inputs;
    if (!isList(starts) || !isList(ends) || !isList(axes)) return undefined;
    const moved = axes.map((axis) => order.indexOf(positive(axis, order.length)));
    const given = [
      this.#stored[number].value,
      ...[starts, ends, moved, steps].map((list) => this.#list(list)),
    ];
    return this.#nodes(operation, given).map((value) => ({ value, order }));
  }

  #pad(operation: Operation, operands: readonly (Operand | undefined)[], order: Order): Stored[] | undefined {
    const [, pads, , axes] = operation.inputs;
    if (!isList(pads) || axes !== undefined) return undefined;
    const moved = [...order.map((axis) => pads[axis]), ...order.map((axis) => pads[axis + order.length])];
    const fill = operands[2];
    const given = [
      this.#stored[(operands[0] as Operand).number].value,
      this.#integers(moved),
      fill && this.plain(fill.number),
    ];
    return this.#nodes(operation, given).map((value) => ({ value, order }));
  }

  /** Undefined for a reduction that is to be done as it is written. */
  #reduction(operation: Operation, { number, shape }: Operand, order: Order): Stored[] | undefined {
    const { operator, inputs, attributes } = operation;
    const axes = inputs[1];
    if (!isList(axes)) return undefined;
    const reduced = axes.map((axis) => positive(axis, order.length));
    const moved = reduced.map((axis) => order.indexOf(axis)).sort((a, b) => a - b);
    const keeps = attributes.keepdims !== 0;
    const { value } = this.#stored[number];
    const left = keeps ? order : remaining(order, reduced);
    const stored = (made: Value) => [isPlain(left) ? { value: made } : { value: made, order: left }];
    const { type } = inputs[0] as LazyValue;
    const sum = asLeadingSum({ operator, type, shape: order.map((axis) => shape[axis]), axes: moved, keeps });
    if (sum) return stored(addLeadingSum(this.#graph, value, sum, this.#integers));
    const reduce = (from: Value, over: readonly number[]) =>
      this.#nodes(operation, [from, this.#integers(over)])[0];
    // Over [N, C, H, W] in two steps, as fast again as in one; both are sums or means of equal parts.
    const inTwo = /Sum$|Mean$/.test(operator) && moved[0] === 0 && moved[1] > 1;
    return stored(inTwo ? reduce(reduce(value, moved.slice(1)), [0]) : reduce(value, moved));
  }

  /** The order in which most elements of the inputs stand; inputs that are broadcast from fewer axes don't count. */
  #commonOrder(operands: readonly (Operand | undefined)[]): Order | undefined {
    if (!operands.some((operand) => operand && this.#stored[operand.number].order)) return undefined;
    const rank = Math.max(...operands.map((operand) => operand?.shape.length ?? 0));
    const elements = new Map<string, number>();
    for (const operand of operands) {
      if (operand?.shape.length !== rank) continue;
      const key = (this.#stored[operand.number].order ?? plain(rank)).join();
      elements.set(key, (elements.get(key) ?? 0) + elementCount(operand.shape));
    }
    const count = (order: Order) => elements.get(order.join()) ?? 0;
    const most = Math.max(...elements.values());
    // What ties are pictures and a mask, best kept where convolutions want them, or weights and their gradient.
    if (count(CHANNELS_FIRST) === most) return CHANNELS_FIRST;
    if (count(plain(rank)) === most) return undefined;
    const [key] = [...elements].find(([, size]) => size === most) as [string, number];
    return key.split(',').map(Number);
  }

  /** An operand that is broadcast to a tensor with this order. */
  #broadcastable({ number, shape }: Operand, order: Order): Value {
    if (elementCount(shape) === 1) {
      return shape.length <= 1 ? this.#stored[number].value : this.#reshaped(number, []);
    }
    if (shape.length === order.length) return this.#inOrder(number, order);
    const full = [...order.slice(shape.length).map(() => 1), ...shape];
    const moved = order.map((axis) => full[axis]);
    const long = order.filter((axis) => full[axis] > 1);
    if (long.every((axis, i) => i === 0 || axis > long[i - 1])) return this.#reshaped(number, moved);
    return this.#graph.node('Transpose', [this.#reshaped(number, full)], { perm: order });
  }

  #reshaped(number: ValueNumber, shape: readonly number[]): Value {
    return this.#once(`${number} as ${shape}`, () =>
      this.#graph.node('Reshape', [this.plain(number), this.#integers(shape)]),
    );
  }

  #inOrder(number: ValueNumber, order: Order): Value {
    const { value, order: held = plain(order.length) } = this.#stored[number];
    const perm = order.map((axis) => held.indexOf(axis));
    if (isPlain(perm)) return value;
    return this.#once(`${number} in ${order}`, () => this.#graph.node('Transpose', [value], { perm }));
  }

  #once(key: string, make: () => Value): Value {
    const made = this.#moved.get(key) ?? make();
    this.#moved.set(key, made);
    return made;
  }

  #nodes(
    { operator, outputCount, attributes }: Operation,
    inputs: readonly (Value | undefined)[],
    instead: Attributes = attributes,
  ): Value[] {
    return this.#graph.nodes(operator, inputs, outputCount, instead);
  }

  #list(input: Input): Value | undefined {
    return isList(input) ? this.#integers(input) : undefined;
  }
}

function plain(rank: number): Order {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** The shape of what inputs that are broadcast together give, with its axes as the program has them. */
function broadcastSides(operands: readonly (Operand | undefined)[]): number[] {
  const shapes = operands.flatMap((operand) => (operand ? [operand.shape] : []));
  const rank = Math.max(...shapes.map(({ length }) => length));
  return plain(rank).map((axis) => {
    const sides = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    return sides.find((side) => side !== 1) ?? 1;
  });
}

function isPlain(order: Order): boolean {
  return order.every((axis, i) => axis === i);
}

function isList(input: Input): input is readonly number[] {
  return Array.isArray(input);
}

function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The order of what a reduction leaves, in the numbers that its axes then have. */
function remaining(order: Order, reduced: readonly number[]): Order {
  const left = order.filter((axis) => !reduced.includes(axis));
  const inProgram = [...left].sort((a, b) => a - b);
  return left.map((axis) => inProgram.indexOf(axis));
}
