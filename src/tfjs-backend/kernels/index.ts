import { ACTIVATION_KERNELS } from './activation.js';
import { ARITHMETIC_KERNELS } from './arithmetic.js';
import { COMPARISON_KERNELS } from './comparison.js';
import { CONVOLUTION_KERNELS } from './convolution.js';
import { COUNTING_KERNELS } from './counting.js';
import { CREATION_KERNELS } from './creation.js';
import { DEPTHWISE_CONVOLUTION_KERNELS } from './depthwise-convolution.js';
import { DIAGONAL_KERNELS } from './diagonal.js';
import { EINSUM_KERNELS } from './einsum.js';
import { FUSED_CONVOLUTION_KERNELS } from './fused-convolution.js';
import { GATHER_KERNELS } from './gather.js';
import { JOIN_KERNELS } from './join.js';
import type { Kernel } from './kernel.js';
import { LOCAL_RESPONSE_KERNELS } from './local-response.js';
import { MATRIX_KERNELS } from './matrix.js';
import { MIRROR_KERNELS } from './mirror.js';
import { NORMALIZATION_KERNELS } from './normalization.js';
import { ORDERING_KERNELS } from './ordering.js';
import { POOLING_KERNELS } from './pooling.js';
import { REDUCTION_KERNELS } from './reduction.js';
import { RESIZE_KERNELS } from './resize.js';
import { SCAN_KERNELS } from './scan.js';
import { SCATTER_KERNELS } from './scatter.js';
import { SHAPE_KERNELS } from './shape.js';
import { SLICE_KERNELS } from './slice.js';
import { SPACE_BLOCK_KERNELS } from './space-blocks.js';
import { UNARY_KERNELS } from './unary.js';

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
