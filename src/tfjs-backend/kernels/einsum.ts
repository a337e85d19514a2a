import { backend_util, type EinsumAttrs, type Tensor } from '@tensorflow/tfjs-core';
import { apply } from '../lazy-value.js';
import { type Kernel, listKernel } from './kernel.js';

export const EINSUM_KERNELS: readonly Kernel[] = [
  listKernel<EinsumAttrs>('Einsum', (operands, { equation }) => {
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, operands.length);
    // It reads no more of a tensor than its shape.
    backend_util.checkEinsumDimSizes(allDims.length, idDims, operands as unknown as Tensor[]);
    const kept = allDims.length - summedDims.length;
    const shape = Array.from({ length: kept }, (_, dim) => sideOf(dim));
    return apply(
      'Einsum',
      operands,
      { shape, type: operands[0].type },
      { equation: equation.replace(/\s/g, '') },
    );

    /** tfjs numbers the dimensions of the result first. */
    function sideOf(dim: number): number {
      const operand = idDims.findIndex((dims) => dims.includes(dim));
      return operands[operand].shape[idDims[operand].indexOf(dim)];
    }
  }),
];
