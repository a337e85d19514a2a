import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { LazyValue } from '../lazy-value.js';
import type { OnnxBackend } from '../onnx-backend.js';

/** A tfjs kernel of this backend. */
export type Kernel = Omit<KernelConfig, 'backendName'>;

type Values<Inputs> = { readonly [Name in keyof Inputs]-?: LazyValue };
type Tensors<Inputs> = { readonly [Name in keyof Inputs]-?: TensorInfo };
type Made = LazyValue | LazyValue[];

/**
 * A kernel that makes new tensors.
 *
 * @param Inputs, Attrs tfjs-core's own types, such as TransposeInputs and TransposeAttrs
 * @param make what to compute from the inputs' values, each in its tensor's shape; an input that tfjs leaves out is
 * undefined. Nothing is computed here. It throws for what the kernel cannot do.
 */
export function kernel<Inputs = object, Attrs = object>(
  kernelName: string,
  make: (inputs: Values<Inputs>, attrs: Attrs, backend: OnnxBackend) => Made,
): Kernel {
  return rawKernel<Inputs, Attrs>(kernelName, (backend, inputs, attrs) => {
    const values: Record<string, LazyValue> = {};
    for (const [name, tensor] of Object.entries(inputs as Record<string, TensorInfo | null | undefined>)) {
      if (tensor) values[name] = backend.toValue(tensor);
    }
    return tensorsOf(backend, make(values as Values<Inputs>, attrs, backend));
  });
}

/** A kernel that takes a list of tensors, such as Concat. */
export function listKernel<Attrs = object>(
  kernelName: string,
  make: (inputs: LazyValue[], attrs: Attrs) => Made,
): Kernel {
  return {
    kernelName,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const onnx = backend as OnnxBackend;
      const values = Object.values(inputs).map((tensor) => onnx.toValue(tensor as TensorInfo));
      return tensorsOf(onnx, make(values, (attrs ?? {}) as Attrs));
    },
  };
}

/** A kernel that works on tensors itself, for those whose output is an input under another shape. */
export function rawKernel<Inputs, Attrs = object>(
  kernelName: string,
  make: (backend: OnnxBackend, inputs: Tensors<Inputs>, attrs: Attrs) => TensorInfo | TensorInfo[],
): Kernel {
  return {
    kernelName,
    kernelFunc: ({ inputs, backend, attrs }) =>
      make(backend as OnnxBackend, inputs as Tensors<Inputs>, (attrs ?? {}) as Attrs),
  };
}

function tensorsOf(backend: OnnxBackend, made: Made): TensorInfo | TensorInfo[] {
  return Array.isArray(made) ? made.map((value) => backend.toTensor(value)) : backend.toTensor(made);
}
