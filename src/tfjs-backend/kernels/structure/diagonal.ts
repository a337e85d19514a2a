import { type DiagInputs, util } from '@tensorflow/tfjs-core';
import { LazyValue, scalar, type TensorType } from '../../lazy-value.js';
import { reshape } from '../../rearrange.js';
import { comparison, select } from '../elementwise/comparison.js';
import { type Kernel, kernel } from '../kernel.js';

export const DIAGONAL_KERNELS: readonly Kernel[] = [
  kernel<DiagInputs>('Diag', ({ x }) => {
    const size = util.sizeFromShape([...x.shape]);
    const places = LazyValue.known(
      Int32Array.from({ length: size }, (_, i) => i),
      [size],
      'int32',
    );
    const isOn = comparison('Equal', reshape(places, [size, 1]), places);
    // Not a product with ones and zeros: it would turn infinities beside the diagonal into NaN.
    const diagonal = select(isOn, reshape(x, [size]), scalar(0, x.type as TensorType));
    return reshape(diagonal, [...x.shape, ...x.shape]);
  }),
];
