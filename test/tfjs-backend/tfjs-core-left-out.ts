import type { LeftOut } from './tfjs-core/judge.js';

/** Every one of tfjs-core's tests that this backend doesn't pass, by its cause. */
export const LEFT_OUT: LeftOut = {
  kernels: {},
  types: {},
  tests: [],
};
