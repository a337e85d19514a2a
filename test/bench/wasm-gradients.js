// The filter gradient, which tfjs's wasm backend lacks, composed of kernels that it has; for comparison only.
import '@tensorflow/tfjs-backend-wasm';
import {
  backend_util,
  matMul,
  pad,
  registerKernel,
  reshape,
  stack,
  stridedSlice,
} from '@tensorflow/tfjs-core';

/** One matrix product of a strided view of x with dy for each position of the filter. */
function filterGradient({ inputs: { x, dy }, attrs: { strides, pad: padding, filterShape } }) {
  const info = backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, padding);
  const { padInfo, outHeight, outWidth, strideHeight, strideWidth, inChannels, outChannels, batchSize } =
    info;
  const [rows, columns] = filterShape;
  const below = Math.max(0, (outHeight - 1) * strideHeight + rows - info.inHeight - padInfo.top);
  const right = Math.max(0, (outWidth - 1) * strideWidth + columns - info.inWidth - padInfo.left);
  const padded = pad(x, [
    [0, 0],
    [padInfo.top, below],
    [padInfo.left, right],
    [0, 0],
  ]);
  const places = batchSize * outHeight * outWidth;
  const flat = reshape(dy, [places, outChannels]);
  const parts = Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const view = stridedSlice(
      padded,
      [0, row, column, 0],
      [
        batchSize,
        row + (outHeight - 1) * strideHeight + 1,
        column + (outWidth - 1) * strideWidth + 1,
        inChannels,
      ],
      [1, strideHeight, strideWidth, 1],
    );
    return matMul(reshape(view, [places, inChannels]), flat, true);
  });
  return reshape(stack(parts), filterShape);
}

registerKernel({ kernelName: 'Conv2DBackpropFilter', backendName: 'wasm', kernelFunc: filterGradient });
