import { ACTIVATION_KERNELS } from './activation.js';
import { ARITHMETIC_KERNELS } from './arithmetic.js';
import { COUNTING_KERNELS } from './counting.js';
import { CREATION_KERNELS } from './creation.js';
import { EINSUM_KERNELS } from './einsum.js';
import type { Kernel } from './kernel.js';
import { MATRIX_KERNELS } from './matrix.js';
import { MIRROR_KERNELS } from './mirror.js';
import { ORDERING_KERNELS } from './ordering.js';
import { REDUCTION_KERNELS } from './reduction.js';
import { SCAN_KERNELS } from './scan.js';
import { SCATTER_KERNELS } from './scatter.js';
import { SHAPE_KERNELS } from './shape.js';
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
  ...ACTIVATION_KERNELS,
  ...ARITHMETIC_KERNELS,
  ...CREATION_KERNELS,
  ...MATRIX_KERNELS,
  ...REDUCTION_KERNELS,
  ...SHAPE_KERNELS,
  ...UNARY_KERNELS,
  ...MIRROR_KERNELS,
  ...ORDERING_KERNELS,
  ...SCAN_KERNELS,
  ...SPACE_BLOCK_KERNELS,
  ...SCATTER_KERNELS,
  ...EINSUM_KERNELS,
  ...COUNTING_KERNELS,
];
