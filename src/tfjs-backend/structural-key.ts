import { LazyValue, type Operation, type TensorArray } from './lazy-value.js';

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
  /** Leaves by their array; the same array may stand there in several shapes. */
  readonly #leafNumbers = new Map<TensorArray, Map<string, ValueNumber>>();
  readonly #outputNumbers = new Map<Operation, ValueNumber>();
  readonly #numberOfKey = new Map<string, ValueNumber>();

  number(target: LazyValue): ValueNumber {
    this.#visit(target);
    return this.#numberOf(target);
  }

  plan(): Pick<Plan, 'leaves' | 'operations'> {
    return { leaves: this.#leaves, operations: this.#operations };
  }

  key(): string {
    return this.#keys.join(';');
  }

  /** Depth first without recursion: a training step is a deep graph. */
  #visit(target: LazyValue): void {
    if (!target.operation) return;
    const open: { operation: Operation; next: number }[] = [{ operation: target.operation, next: 0 }];
    while (open.length > 0) {
      const top = open[open.length - 1];
      const { inputs } = top.operation;
      if (this.#outputNumbers.has(top.operation)) {
        open.pop();
      } else if (top.next < inputs.length) {
        const input = inputs[top.next++];
        const inner = input instanceof LazyValue ? input.operation : undefined;
        if (inner && !this.#outputNumbers.has(inner)) open.push({ operation: inner, next: 0 });
      } else {
        this.#add(top.operation);
        open.pop();
      }
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
    if (value.operation) return this.#outputNumbers.get(value.operation)! + value.outputIndex;
    const data = value.data!;
    let byShape = this.#leafNumbers.get(data);
    if (!byShape) {
      byShape = new Map();
      this.#leafNumbers.set(data, byShape);
    }
    const kind = `${value.type}[${value.shape}]`;
    let number = byShape.get(kind);
    if (number === undefined) {
      number = this.#next++;
      byShape.set(kind, number);
      this.#leaves.push({ value, number });
      this.#keys.push(kind);
    }
    return number;
  }
}
