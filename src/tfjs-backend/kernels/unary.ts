import { apply } from '../lazy-value.js';
import { type Kernel, kernel } from './kernel.js';

type One = { x: unknown };

/** Kernels that are one ONNX operator from float32 to float32. */
const DIRECT: readonly (readonly [kernelName: string, operator: string])[] = [
  ['Neg', 'Neg'],
  ['Relu', 'Relu'],
  ['Sqrt', 'Sqrt'],
  ['Exp', 'Exp'],
  ['Log', 'Log'],
  ['Tanh', 'Tanh'],
  ['Sigmoid', 'Sigmoid'],
  ['Abs', 'Abs'],
];

export const UNARY_KERNELS: readonly Kernel[] = [
  ...DIRECT.map(([name, operator]) => kernel<One>(name, ({ x }) => apply(operator, [x], x))),
  kernel<One>('Square', ({ x }) => apply('Mul', [x, x], x)),
];
