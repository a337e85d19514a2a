/** What networks may compute in. `float32` is what every number of the field is compared in. */
export const PRECISION_NAMES = ['float32', 'tf32', 'fp16'] as const;

/** `tf32` multiplies with ten bits after the point, on CUDA; `fp16` computes in float16. */
export type PrecisionName = (typeof PRECISION_NAMES)[number];

/** What a result names, since float32 goes without saying. */
export const REDUCED_PRECISIONS = ['tf32', 'fp16'] as const satisfies readonly PrecisionName[];

/** How a sentence calls a precision. */
export function wordOf(precision: PrecisionName): string {
  return { float32: 'float32', tf32: 'TF32', fp16: 'float16' }[precision];
}
