import type { WeightStorage } from '../../../networks/architectures/layers.js';
import {
  buildSmallInception,
  describeSmallInception,
  LAST_LAYER,
  type SmallInceptionSpec,
} from '../../../networks/architectures/small-inception.js';
import type { WeightTensor } from '../../../networks/architectures/weights.js';
import type { StoredTensor, Weights } from '../../loop/weights.js';
import { shiftOf, weightOf } from './network.js';
import type { Statistics } from './statistics.js';

/** A trained network outside of tfjs. */
export interface TrainedNetwork {
  readonly spec: SmallInceptionSpec;
  readonly weights: Weights;
  readonly statistics: Statistics;
  /** The logits are divided by this. */
  readonly temperature: number;
}

/** The network as an ONNX model: batch norm folded into the convolutions, the temperature into the last layer. */
export function exportNetwork(network: TrainedNetwork, storage: WeightStorage): Uint8Array {
  const tensors = toOnnxLayout(network);
  return buildSmallInception(network.spec, (name) => tensors.get(name), {
    storage,
    what: 'the trained network',
  });
}

/** tfjs has [height, width, from, to] where ONNX has [to, from, height, width]. */
function toOnnxLayout({ spec, weights, statistics, temperature }: TrainedNetwork): Map<string, WeightTensor> {
  const tensors = new Map<string, WeightTensor>();
  const get = (name: string) => weights.get(name) as StoredTensor;
  for (const { name, kernel, from, to } of describeSmallInception(spec).units) {
    const { mean, variance } = statistics.get(name) ?? {
      mean: new Float32Array(0),
      variance: new Float32Array(0),
    };
    const weight = transpose(get(weightOf(name)).data, kernel ** 2 * from, to);
    tensors.set(`${name}.conv.weight`, {
      shape: [to, from, kernel, kernel],
      data: channelsFirst(weight, to, kernel ** 2, from),
    });
    tensors.set(`${name}.bn.weight`, { shape: [to], data: new Float32Array(to).fill(1) });
    tensors.set(`${name}.bn.bias`, get(shiftOf(name)));
    tensors.set(`${name}.bn.running_mean`, { shape: [to], data: mean });
    tensors.set(`${name}.bn.running_var`, { shape: [to], data: variance });
  }
  const last = get(weightOf(LAST_LAYER));
  const cool = (data: Float32Array) => data.map((each) => each / temperature);
  tensors.set(`${LAST_LAYER}.weight`, {
    shape: [last.shape[1], last.shape[0]],
    data: cool(transpose(last.data, last.shape[0], last.shape[1])),
  });
  const shift = get(shiftOf(LAST_LAYER));
  tensors.set(`${LAST_LAYER}.bias`, { shape: shift.shape, data: cool(shift.data) });
  return tensors;
}

/** [rows, columns] to [columns, rows]. */
function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j];
  return turned;
}

/** [to, places, from] to [to, from, places]. */
function channelsFirst(data: Float32Array, to: number, places: number, from: number): Float32Array {
  const size = places * from;
  const turned = new Float32Array(data.length);
  for (let i = 0; i < to; i++) {
    turned.set(transpose(data.subarray(i * size, (i + 1) * size), places, from), i * size);
  }
  return turned;
}
