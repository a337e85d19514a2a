import { fromHalf } from '../../../archives/float-values.js';
import { NetworkError } from '../../../core/errors.js';
import { ONNX_TYPES } from '../../../onnx/graph-parts.js';
import type { ModelContent } from '../../../onnx/model-file.js';
import { elementCount } from '../../../onnx/tensor.js';

type Graph = NonNullable<ModelContent['graph']>;
type Initializer = Graph['initializer'][number];

/** Numbers that a graph holds. */
export interface Constant {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/**
 * The constants of a graph, by name: its initializers, and casts of them, as weights that are stored in 16 bits have.
 *
 * @throws {NetworkError} for one that does not fill its shape
 */
export function readConstants({ initializer, node }: Graph, what: string): Map<string, Constant> {
  const constants = new Map<string, Constant>();
  for (const each of initializer) {
    const data = readNumbers(each);
    if (!data) continue;
    const shape = each.dims.map(Number);
    if (data.length !== elementCount(shape)) {
      throw new NetworkError(
        `${what} has weights ${JSON.stringify(each.name)} that do not fill their shape: fetch it again.`,
      );
    }
    constants.set(each.name, { shape, data });
  }
  for (const { opType, input, output } of node) {
    const cast = opType === 'Cast' ? constants.get(input[0]) : undefined;
    if (cast) constants.set(output[0], cast);
  }
  return constants;
}

/** As float32, which the whole numbers of shapes and axes fit in, too; undefined for other types. */
function readNumbers({ dataType, rawData, floatData, int64Data }: Initializer): Float32Array | undefined {
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const read = (size: number, at: (offset: number) => number) =>
    Float32Array.from({ length: Math.floor(rawData.length / size) }, (_, i) => at(i * size));
  switch (dataType) {
    case ONNX_TYPES.float32:
      return floatData.length > 0
        ? Float32Array.from(floatData)
        : read(4, (offset) => view.getFloat32(offset, true));
    case ONNX_TYPES.float16:
      return read(2, (offset) => fromHalf(view.getUint16(offset, true)));
    case ONNX_TYPES.int64:
      return int64Data.length > 0
        ? Float32Array.from(int64Data, Number)
        : read(8, (offset) => Number(view.getBigInt64(offset, true)));
    default:
      return undefined;
  }
}
