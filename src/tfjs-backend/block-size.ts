import type { AxisGeometry } from './convolution-geometry.js';
import { blockedConvolution } from './kernels/spatial/blocked-convolution.js';
import { intoBlocks } from './kernels/spatial/channel-blocks.js';
import { slidingProduct } from './kernels/spatial/sliding-product.js';
import { LazyValue } from './lazy-value.js';
import { transpose } from './rearrange.js';
import { GraphRunner } from './runner/graph-runner.js';

let found: Promise<number | undefined> | undefined;

/**
 * How many channels a block has on this processor: 16 with AVX-512, 8 with AVX2. Undefined where ONNX Runtime has no
 * convolution in blocks of channels, or one that gives other numbers than its standard convolution.
 *
 * The sums of a convolution are added in an order that depends on the block, so that processors of two kinds agree to
 * rounding alone, as they do in the runtime's matrix products.
 */
export function findBlockSize(): Promise<number | undefined> {
  found ??= search();
  return found;
}

async function search(): Promise<number | undefined> {
  const runner = new GraphRunner({ device: 'cpu', threads: 1 });
  try {
    const blockSize = await measure(runner);
    return (await isRight(runner, blockSize)) ? blockSize : undefined;
  } catch {
    // The runtime has no such operators for a processor without blocks. Whatever else is wrong with it, the next session says.
    return undefined;
  } finally {
    await runner.close();
  }
}

/** As many channels as come out where four go in. */
async function measure(runner: GraphRunner): Promise<number> {
  const blocked = intoBlocks(integers([1, 4, 1, 1]), 4);
  await runner.run([blocked]);
  return blocked.requireData().length;
}

const SIDE = 5;
/** 3 positions, a stride of 2, and padding in front and behind. */
const AXIS: AxisGeometry = {
  input: SIDE,
  window: 3,
  output: 3,
  stride: 2,
  dilation: 1,
  before: 1,
  after: 1,
  unused: 0,
};

/** Whether a convolution of small integers, exact in any order, is what the standard one gives. */
async function isRight(runner: GraphRunner, blockSize: number): Promise<boolean> {
  const [from, to] = [2 * blockSize, blockSize + 4];
  const x = integers([2, from, SIDE, SIDE]);
  const filter = integers([3, 3, from, to]);
  const bias = integers([to]);
  const inBlocks = blockedConvolution(x, { filter, blockSize }, [AXIS, AXIS], bias);
  const standard = slidingProduct(x, transpose(filter, [3, 2, 0, 1]), [AXIS, AXIS], bias);
  await runner.run([inBlocks, standard]);
  const expected = standard.requireData();
  return inBlocks.requireData().every((value, i) => value === expected[i]);
}

/** From −3 to 3, without a pattern that a wrong order would keep. */
function integers(shape: readonly number[]): LazyValue {
  const size = shape.reduce((product, side) => product * side, 1);
  const data = Float32Array.from({ length: size }, (_, i) => ((Math.imul(i + 1, 0x9e3779b1) >>> 16) % 7) - 3);
  return LazyValue.known(data, shape, 'float32');
}
