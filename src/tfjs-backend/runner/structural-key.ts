import type { ResidentTensor } from '../../onnx/resident-session.js';
import { LazyValue, type Operation, type TensorArray } from '../lazy-value.js';

/** Number of a value inside one plan. */
export type ValueNumber = number;

export interface PlannedOperation {
  readonly operation: Operation;
  /** Numbers of the inputs that are values, in order. */
  readonly inputs: readonly ValueNumber[];
  /** Its outputs have this number and those after it. */
  readonly firstOutput: ValueNumber;
}

/** The part of a graph that some values need, in an order in which it can be computed. */
export interface Plan {
  /** Equal for two plans that the same model computes, whatever the values in their leaves. */
  readonly key: string;
  readonly leaves: readonly { readonly value: LazyValue; readonly number: ValueNumber }[];
  readonly operations: readonly PlannedOperation[];
  /** For each target its number; equal targets have the same one. */
  readonly targets: readonly ValueNumber[];
}

/**
 * Plans the computation of pending values. The same operation on the same values is planned once, and so is a leaf that
 * stands in several places.
 */
export function planFor(targets: readonly LazyValue[]): Plan {
  const planner = new Planner();
  const numbers = targets.map((target) => planner.number(target));
  return { ...planner.plan(), key: `${planner.key()}>${numbers.join()}`, targets: numbers };
}

class Planner {
  readonly #leaves: { value: LazyValue; number: ValueNumber }[] = [];
  readonly #operations: PlannedOperation[] = [];
  readonly #keys: string[] = [];
  #next: ValueNumber = 0;
  readonly #leafNumbers = new Map<LazyValue, ValueNumber>();
  /** Leaves by their array: the same array may stand there several times, in several shapes. */
  readonly #leavesOfSource = new Map<TensorArray | ResidentTensor, Map<string, ValueNumber>>();
  readonly #outputNumbers = new Map<Operation, ValueNumber>();
  readonly #numberOfKey = new Map<string, ValueNumber>();

  number(target: LazyValue): ValueNumber {
    if (target.operation) this.#visit(target.operation);
    return this.#numberOf(target);
  }

  plan(): Pick<Plan, 'leaves' | 'operations'> {
    return { leaves: this.#leaves, operations: this.#operations };
  }

  key(): string {
    return this.#keys.join(';');
  }

  /** Depth first without recursion: a training step is a deep graph. */
  #visit(target: Operation): void {
    const open = [target];
    const nextInputs = [0];
    while (open.length > 0) {
      const last = open.length - 1;
      const operation = open[last];
      if (nextInputs[last] < operation.inputs.length && !this.#outputNumbers.has(operation)) {
        const input = operation.inputs[nextInputs[last]++];
        const inner = input instanceof LazyValue ? input.operation : undefined;
        if (inner && !this.#outputNumbers.has(inner)) {
          open.push(inner);
          nextInputs.push(0);
        }
        continue;
      }
      if (!this.#outputNumbers.has(operation)) this.#add(operation);
      open.pop();
      nextInputs.pop();
    }
  }

  #add(operation: Operation): void {
    const inputs: ValueNumber[] = [];
    let key = operation.signature;
    for (const input of operation.inputs) {
      if (input === undefined) key += ',';
      else if (input instanceof LazyValue) {
        const number = this.#numberOf(input);
        inputs.push(number);
        key += `,${number}`;
      } else key += `,[${input}]`;
    }
    let firstOutput = this.#numberOfKey.get(key);
    if (firstOutput === undefined) {
      firstOutput = this.#next;
      this.#next += operation.outputCount;
      this.#operations.push({ operation, inputs, firstOutput });
      this.#numberOfKey.set(key, firstOutput);
      this.#keys.push(key);
    }
    this.#outputNumbers.set(operation, firstOutput);
  }

  #numberOf(value: LazyValue): ValueNumber {
    if (value.operation) return this.#firstOutputOf(value.operation) + value.outputIndex;
    let number = this.#leafNumbers.get(value);
    if (number === undefined) {
      number = this.#leafOf(value);
      this.#leafNumbers.set(value, number);
    }
    return number;
  }

  #firstOutputOf(operation: Operation): ValueNumber {
    const number = this.#outputNumbers.get(operation);
    if (number === undefined)
      throw new Error('expected an operation to be planned before its outputs are used');
    return number;
  }

  #leafOf(value: LazyValue): ValueNumber {
    const source = value.requireSource();
    let sameArray = this.#leavesOfSource.get(source);
    if (!sameArray) {
      sameArray = new Map();
      this.#leavesOfSource.set(source, sameArray);
    }
    const kind = `${value.type}[${value.shape}]`;
    let number = sameArray.get(kind);
    if (number === undefined) {
      number = this.#next++;
      sameArray.set(kind, number);
      this.#leaves.push({ value, number });
      this.#keys.push(kind);
    }
    return number;
  }
}
