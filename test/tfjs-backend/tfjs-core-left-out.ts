import type { LeftOut } from './tfjs-core/judge.js';

const SPATIAL_3D = 'volumes: the runtime has the operators, but nothing here trains on volumes';
const SHAPE_FROM_VALUES =
  'the shape of its result depends on values, which are not known when the graph is written';
const SPARSE = 'sparse and ragged tensors are lists of places, made for tables and text';
const BOXES = 'detection of objects, which nothing here trains';
const WARPING = 'reads pictures at places between pixels; augment pictures before they become tensors';

/**
 * Every one of tfjs-core's tests that this backend doesn't pass, by its cause. All of them are run: the list is held against what
 * happens (judge.ts), so an entry that is not true any more fails.
 *
 * Beside these, tfjs-core itself does not make its tests of dataSync, arraySync, toString, debug mode and the profiler for a
 * backend that says its values come with await (SYNC_BACKEND_ENVS, six groups), nor those for browsers, and leaves out two.
 */
export const LEFT_OUT: LeftOut = {
  kernels: {
    AvgPool3D: SPATIAL_3D,
    MaxPool3D: SPATIAL_3D,
    Conv3D: SPATIAL_3D,
    Conv3DBackpropInputV2: SPATIAL_3D,
    Complex: 'complex64 tensors, which ONNX operators do not take; with them the Fourier transforms',
    Unique: SHAPE_FROM_VALUES,
    BroadcastArgs: SHAPE_FROM_VALUES,
    SparseSegmentMean: SPARSE,
    SparseSegmentSum: SPARSE,
    SparseReshape: SPARSE,
    SparseFillEmptyRows: SPARSE,
    RaggedGather: SPARSE,
    RaggedRange: SPARSE,
    RaggedTensorToTensor: SPARSE,
    CropAndResize: WARPING,
    Transform: WARPING,
    NonMaxSuppressionV3: BOXES,
    NonMaxSuppressionV4: BOXES,
    NonMaxSuppressionV5: BOXES,
    Dilation2D: 'grayscale morphology; ONNX has no operator for it',
    MaxPoolWithArgmax: 'its places count otherwise than those of ONNX; MaxPool and its gradient are there',
    Multinomial: 'draws random numbers inside the kernel from a seed of its own; Xoshiro is the source here',
  },
  types: {
    string: 'text is no input of a network',
  },
  tests: [
    {
      name: /^avgPool gradient x=\[3,3,1\] f=\[3,3\] s=1 p=explicit$/,
      reason:
        'tfjs averages without the padding but divides its gradient by the whole window; here it is the derivative',
    },
    {
      name: /^exp int32$/,
      reason: 'exp(10) is one unit in the last place (0.002) away, and the test allows 0.001',
    },
    {
      name: /^tan numbers exceed float32 precision$/,
      reason: 'one unit in the last place away (0.002 of 30144), and the test allows 0.001',
    },
  ],
};
