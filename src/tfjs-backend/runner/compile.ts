import { GraphBuilder, type Value } from '../../onnx/graph.js';
import type { LazyValue } from '../lazy-value.js';
import { TransposeCanceller } from './cancel-transposes.js';
import { mergeProducts } from './merge-products.js';
import type { Plan } from './structural-key.js';

/** Version of the standard operators that kernels are written for. */
const OPSET = 18;

export const inputName = (number: number) => `in${number}`;
export const outputName = (number: number) => `out${number}`;

/** The plan as an ONNX model: its leaves are the inputs, its targets the outputs, each under the name of its number. */
export function compile(plan: Plan, targets: readonly LazyValue[]): Uint8Array {
  const graph = new GraphBuilder('step', { opset: OPSET });
  const transposes = new TransposeCanceller(graph, integerConstants(graph));
  for (const { value, number } of plan.leaves) {
    transposes.addLeaf(number, graph.input(inputName(number), value.type, value.shape));
  }
  for (const operation of mergeProducts(plan)) transposes.addOperation(operation);
  const results = new Map(
    plan.targets.map((number, i) => {
      const { type, shape } = targets[i];
      return [number, { name: outputName(number), value: transposes.plain(number), type, shape }];
    }),
  );
  graph.results([...results.values()]);
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
