import { GraphBuilder, type Value } from '../onnx/graph.js';
import { LazyValue } from './lazy-value.js';
import type { Plan } from './structural-key.js';

/** Version of the standard operators that kernels are written for. */
const OPSET = 18;

export const inputName = (number: number) => `in${number}`;
export const outputName = (number: number) => `out${number}`;

/** The plan as an ONNX model: its leaves are the inputs, its targets the outputs, each under the name of its number. */
export function compile(plan: Plan, targets: readonly LazyValue[]): Uint8Array {
  const graph = new GraphBuilder('step', { opset: OPSET });
  const values: Value[] = [];
  for (const { value, number } of plan.leaves) {
    values[number] = graph.input(inputName(number), value.type, value.shape);
  }
  const integers = integerConstants(graph);
  for (const { operation, inputs, firstOutput } of plan.operations) {
    let next = 0;
    const given = operation.inputs.map((input) => {
      if (input === undefined) return undefined;
      return input instanceof LazyValue ? values[inputs[next++]] : integers(input);
    });
    const made = graph.nodes(operation.operator, given, operation.outputCount, operation.attributes);
    for (const [i, value] of made.entries()) values[firstOutput + i] = value;
  }
  const declared = new Set<number>();
  for (const [i, number] of plan.targets.entries()) {
    if (declared.has(number)) continue;
    declared.add(number);
    graph.output(outputName(number), values[number], targets[i].type, targets[i].shape);
  }
  return graph.toBytes();
}

/** Constants of the graph, each stored once. */
function integerConstants(graph: GraphBuilder): (list: readonly number[]) => Value {
  const made = new Map<string, Value>();
  return (list) => {
    const key = list.join();
    let value = made.get(key);
    if (!value) {
      value = graph.integers(list);
      made.set(key, value);
    }
    return value;
  };
}
