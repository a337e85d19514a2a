import { CREATION_KERNELS } from './creation.js';
import { EINSUM_KERNELS } from './einsum.js';
import { ACTIVATION_KERNELS } from './elementwise/activation.js';
import { ARITHMETIC_KERNELS } from './elementwise/arithmetic.js';
import { COMPARISON_KERNELS } from './elementwise/comparison.js';
import { UNARY_KERNELS } from './elementwise/unary.js';
import type { Kernel } from './kernel.js';
import { MATRIX_KERNELS } from './matrix.js';
import { COUNTING_KERNELS } from './reduction/counting.js';
import { ORDERING_KERNELS } from './reduction/ordering.js';
import { REDUCTION_KERNELS } from './reduction/reduction.js';
import { SCAN_KERNELS } from './reduction/scan.js';
import { CONVOLUTION_KERNELS } from './spatial/convolution.js';
import { DEPTHWISE_CONVOLUTION_KERNELS } from './spatial/depthwise-convolution.js';
import { FUSED_CONVOLUTION_KERNELS } from './spatial/fused-convolution.js';
import { LOCAL_RESPONSE_KERNELS } from './spatial/local-response.js';
import { MIRROR_KERNELS } from './spatial/mirror.js';
import { NORMALIZATION_KERNELS } from './spatial/normalization.js';
import { POOLING_KERNELS } from './spatial/pooling.js';
import { RESIZE_KERNELS } from './spatial/resize.js';
import { SPACE_BLOCK_KERNELS } from './spatial/space-blocks.js';
import { DIAGONAL_KERNELS } from './structure/diagonal.js';
import { GATHER_KERNELS } from './structure/gather.js';
import { JOIN_KERNELS } from './structure/join.js';
import { SCATTER_KERNELS } from './structure/scatter.js';
import { SHAPE_KERNELS } from './structure/shape.js';
import { SLICE_KERNELS } from './structure/slice.js';

/**
 * Every kernel of the backend. A family of kernels is a file that exports a list, which stands here:
 *
 *     export const SHRINK_KERNELS: readonly Kernel[] = [
 *       kernel<NegInputs>('Neg', ({ x }) => apply('Neg', [x], x)),
 *       kernel<TransposeInputs, TransposeAttrs>('Transpose', ({ x }, { perm }) => transpose(x, perm)),
 *     ];
 *
 * - `apply(operator, inputs, { shape, type }, attributes)` notes an ONNX operator (opset 18; others as "domain:Operator")
 *   and says what comes out of it: ONNX infers nothing for us, and `x` itself will do where kind equals kind.
 * - An input is a value, or a plain list of integers where ONNX wants an int64 tensor that is structure (axes, shape, pads).
 * - A number that may differ from step to step is `scalar(x)`, an input of the model. A number in an attribute or a list
 *   is structure: another number is another session.
 * - `reshape`, `transpose`, `cast`, `expand` (../rearrange.ts) cancel what they can; use them instead of the operators.
 * - Inside a kernel values may have any ONNX type (int64 from ArgMax); what it returns must be float32, int32 or bool.
 * - An output without elements is never computed; an input without elements may be.
 */
export const KERNELS: readonly Kernel[] = [
  ...RESIZE_KERNELS,
  ...NORMALIZATION_KERNELS,
  ...POOLING_KERNELS,
  ...DEPTHWISE_CONVOLUTION_KERNELS,
  ...CONVOLUTION_KERNELS,
  ...ACTIVATION_KERNELS,
  ...ARITHMETIC_KERNELS,
  ...COMPARISON_KERNELS,
  ...COUNTING_KERNELS,
  ...CREATION_KERNELS,
  ...DIAGONAL_KERNELS,
  ...EINSUM_KERNELS,
  ...FUSED_CONVOLUTION_KERNELS,
  ...GATHER_KERNELS,
  ...JOIN_KERNELS,
  ...LOCAL_RESPONSE_KERNELS,
  ...MATRIX_KERNELS,
  ...MIRROR_KERNELS,
  ...ORDERING_KERNELS,
  ...REDUCTION_KERNELS,
  ...SCAN_KERNELS,
  ...SCATTER_KERNELS,
  ...SHAPE_KERNELS,
  ...SLICE_KERNELS,
  ...SPACE_BLOCK_KERNELS,
  ...UNARY_KERNELS,
];
