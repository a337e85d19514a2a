import { ARROW } from './arrow.js';
import { CIFAR } from './cifar.js';
import { GZIP } from './gzip.js';
import { IDX } from './idx.js';
import type { InputForm } from './input-form.js';
import { MANIFEST } from './manifest.js';
import { NPY } from './npy.js';
import { NPZ } from './npz.js';
import { PARQUET } from './parquet.js';
import { TAR } from './tar.js';
import { ZIP } from './zip.js';

/**
 * The forms of input, but for the plain folder of pictures, which is what any other folder is. Order matters: the first form that
 * matches is taken. A new form is a file beside these and a line here.
 */
export const INPUT_FORMS: readonly InputForm[] = [
  TAR,
  NPY,
  NPZ,
  ZIP,
  PARQUET,
  ARROW,
  CIFAR,
  IDX,
  GZIP,
  MANIFEST,
];
