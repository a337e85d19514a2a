import { elementCount } from '../../onnx/tensor.js';
import { type Attributes, type Input, LazyValue, Operation } from '../lazy-value.js';
import type { Plan, PlannedOperation, ValueNumber } from './structural-key.js';

/** A product of two matrices without a bias or a weight, which nothing but one other operation uses. */
interface Product {
  readonly a: Factor;
  readonly b: Factor;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly rows: number;
  readonly columns: number;
}

interface Factor {
  readonly value: LazyValue;
  readonly number: ValueNumber;
}

/**
 * Rewrites what optimizers and batches of two kinds do with gradients of dense layers. A sum of two products is one product of joined factors,
 * A·B + C·D = [A C]·[B; D]; and a number is multiplied with the smaller factor in place of the product. So a gradient of weights, which is far larger
 * than its factors, is written once.
 *
 * @returns the operations in an order in which they can be computed; the numbers of values that are asked for stay
 */
export function mergeProducts(plan: Plan): readonly PlannedOperation[] {
  return new Merger(plan).merged();
}

class Merger {
  readonly #plan: Plan;
  readonly #uses = new Map<ValueNumber, number>();
  readonly #products = new Map<ValueNumber, Product>();
  /** The operations, of which some are left out again. */
  readonly #operations = new Map<ValueNumber, PlannedOperation>();
  #next = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    const use = (number: ValueNumber) => this.#uses.set(number, (this.#uses.get(number) ?? 0) + 1);
    plan.targets.forEach(use);
    for (const { operation, inputs, firstOutput } of plan.operations) {
      inputs.forEach(use);
      this.#next = Math.max(this.#next, firstOutput + operation.outputCount);
    }
    for (const { number } of plan.leaves) this.#next = Math.max(this.#next, number + 1);
  }

  merged(): readonly PlannedOperation[] {
    for (const planned of this.#plan.operations) {
      const { operation } = planned;
      if (operation.operator === 'Add') this.#addSum(planned);
      else if (operation.operator === 'Mul') this.#addScaled(planned);
      else this.#add(planned);
    }
    return [...this.#operations.values()];
  }

  #add(planned: PlannedOperation): void {
    this.#operations.set(planned.firstOutput, planned);
    const product = productOf(planned);
    if (product && this.#uses.get(planned.firstOutput) === 1)
      this.#products.set(planned.firstOutput, product);
  }

  #addSum(planned: PlannedOperation): void {
    const [first, second] = planned.inputs;
    const [p, q] = [this.#products.get(first), this.#products.get(second)];
    if (!p || !q || first === second || !fitTogether(p, q)) {
      this.#add(planned);
      return;
    }
    const a = this.#joined(p.a, q.a, p.transA ? 0 : 1);
    const b = this.#joined(p.b, q.b, p.transB ? 1 : 0);
    this.#replace(planned, [first, second], { ...p, a, b });
  }

  #addScaled(planned: PlannedOperation): void {
    const { operation, inputs } = planned;
    const at = inputs.findIndex((number) => this.#products.has(number));
    const product = this.#products.get(inputs[at]);
    const [scale, number] = [operation.inputs[1 - at], inputs[1 - at]];
    if (!product || !isScalar(scale) || number === inputs[at]) {
      this.#add(planned);
      return;
    }
    const { a, b, rows, columns } = product;
    const smaller = elementCount(a.value.shape) < elementCount(b.value.shape) ? 'a' : 'b';
    const factor = product[smaller];
    if (2 * elementCount(factor.value.shape) > rows * columns) {
      this.#add(planned);
      return;
    }
    const scaled = this.#make('Mul', [factor, { value: scale, number }], factor.value.shape);
    this.#replace(planned, [inputs[at]], { ...product, [smaller]: scaled });
  }

  #joined(first: Factor, second: Factor, axis: 0 | 1): Factor {
    const [from, more] = [first.value.shape, second.value.shape];
    const shape = from.map((side, i) => (i === axis ? side + more[i] : side));
    return this.#make('Concat', [first, second], shape, { axis });
  }

  #make(
    operator: string,
    factors: readonly Factor[],
    shape: readonly number[],
    attributes: Attributes = {},
  ): Factor {
    const operation = new Operation(
      operator,
      factors.map(({ value }) => value),
      attributes,
      1,
    );
    const number = this.#next++;
    this.#operations.set(number, {
      operation,
      inputs: factors.map((each) => each.number),
      firstOutput: number,
    });
    return { value: LazyValue.pending(operation, 0, { shape, type: 'float32' }), number };
  }

  /** Puts a product in the place of an operation, and leaves out what that was computed from. */
  #replace({ firstOutput }: PlannedOperation, unused: readonly ValueNumber[], product: Product): void {
    for (const number of unused) {
      this.#operations.delete(number);
      this.#products.delete(number);
    }
    const { a, b, transA, transB } = product;
    const attributes = { transA: Number(transA), transB: Number(transB) };
    const operation = new Operation('Gemm', [a.value, b.value], attributes, 1);
    this.#add({ operation, inputs: [a.number, b.number], firstOutput });
  }
}

function productOf({ operation, inputs }: PlannedOperation): Product | undefined {
  const { operator, attributes } = operation;
  const [a, b] = operation.inputs;
  if (operator !== 'Gemm' || operation.inputs.length !== 2) return undefined;
  if (!(a instanceof LazyValue && b instanceof LazyValue)) return undefined;
  const [transA, transB] = [attributes.transA === 1, attributes.transB === 1];
  return {
    a: { value: a, number: inputs[0] },
    b: { value: b, number: inputs[1] },
    transA,
    transB,
    rows: a.shape[transA ? 1 : 0],
    columns: b.shape[transB ? 0 : 1],
  };
}

/** Whether one product of joined factors writes less than two products and their sum. */
function fitTogether(p: Product, q: Product): boolean {
  const alike = p.transA === q.transA && p.transB === q.transB;
  if (!alike || p.rows !== q.rows || p.columns !== q.columns) return false;
  const joined = [p.a, p.b, q.a, q.b].reduce((sum, { value }) => sum + elementCount(value.shape), 0);
  return joined < p.rows * p.columns;
}

function isScalar(input: Input): input is LazyValue {
  return input instanceof LazyValue && elementCount(input.shape) === 1 && input.shape.length <= 2;
}
