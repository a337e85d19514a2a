/** Kernels by which KID can compare pictures. */
export const KERNEL_NAMES = ['polynomial', 'rbf'] as const;

export type KernelName = (typeof KERNEL_NAMES)[number];
