import type { AskedConditions } from '../../conditions/asked-conditions.js';
import { type ConditionForm, widthOf } from '../../conditions/condition-form.js';
import type { PictureConditions } from '../../conditions/read-conditions.js';
import { rngFor } from '../../loop/rng-for.js';
import type { StoredTensor } from '../../loop/weights.js';
import { RNG_STREAMS } from '../rng-streams.js';

/** The tensor of a checkpoint that holds the pool: [rows, width + 1], the class in the last column. */
export const POOL_TENSOR = 'conditions';

/** Pictures in a pool, and numbers of it. */
const MAX_ROWS = 10_000;
const MAX_NUMBERS = 2 ** 22;
/** Even where each row is very wide. */
const MIN_ROWS = 100;

/** Conditions of training pictures that samples are drawn with. The checkpoint holds them, so that it alone is enough to draw samples. */
export interface ConditionPool {
  readonly form: ConditionForm;
  readonly count: number;
  /** float32 [count, width], row-major. */
  readonly values: Float32Array;
  /** Class of each row; all 0 where there are no classes. */
  readonly labels: Int32Array;
}

/** A random part of the training pictures' conditions, the same one for the same seed. */
export function makePool(
  { form, values }: PictureConditions,
  labels: Int32Array,
  seed: number,
): ConditionPool {
  const width = widthOf(form);
  const limit = Math.min(MAX_ROWS, Math.max(MIN_ROWS, Math.floor(MAX_NUMBERS / (width + 1))));
  const rows = rngFor(seed, RNG_STREAMS.conditions).permutation(labels.length).subarray(0, limit);
  return {
    form,
    count: rows.length,
    values: takeConditions(values, width, rows),
    labels: Int32Array.from(rows, (row) => labels[row]),
  };
}

/** The conditions at `rows`, in that order. */
export function takeConditions(values: Float32Array, width: number, rows: ArrayLike<number>): Float32Array {
  const taken = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    taken.set(values.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
  }
  return taken;
}

/** The pool as the checkpoint has it. */
export function storePool({ form, count, values, labels }: ConditionPool): StoredTensor {
  const width = widthOf(form);
  const data = new Float32Array(count * (width + 1));
  for (let row = 0; row < count; row++) {
    data.set(values.subarray(row * width, (row + 1) * width), row * (width + 1));
    data[row * (width + 1) + width] = labels[row];
  }
  return { shape: [count, width + 1], data };
}

/** @throws {RangeError} for a tensor that holds no pool of this form */
export function restorePool(form: ConditionForm, stored: StoredTensor | undefined): ConditionPool {
  const width = widthOf(form);
  const [count = 0, columns] = stored?.shape ?? [];
  if (!stored || count === 0 || columns !== width + 1 || !stored.data.every(Number.isFinite)) {
    throw new RangeError(`expected ${POOL_TENSOR} of [rows, ${width + 1}] but received [${stored?.shape}]`);
  }
  const values = new Float32Array(count * width);
  const labels = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    values.set(stored.data.subarray(row * columns, row * columns + width), row * width);
    labels[row] = stored.data[row * columns + width];
  }
  return { form, count, values, labels };
}

/** Which samples get conditions. */
export interface ConditionedSamples {
  /** Integer in [0, 2^32). */
  readonly seed: number;
  /** Number of the chunk, and of its first sample. */
  readonly chunk: number;
  readonly first: number;
  readonly count: number;
  /** Class of each sample, where the generator takes classes. */
  readonly classes?: Int32Array;
  /** What samples are asked to have. @default all as they are drawn */
  readonly asked?: AskedConditions;
}

/**
 * Conditions of some samples: each has those of a row of the pool, drawn at random among the rows of its class, and what is asked for in
 * their place.
 *
 * @returns float32 [count, width]
 */
export function drawConditions(
  pool: ConditionPool,
  { seed, chunk, first, count, classes, asked }: ConditionedSamples,
): Float32Array {
  const width = widthOf(pool.form);
  const all = Int32Array.from({ length: pool.count }, (_, row) => row);
  const ofClass = new Map<number, Int32Array>();
  for (const label of new Set(classes)) {
    const own = all.filter((row) => pool.labels[row] === label);
    // Of a class that the pool lacks nothing is known.
    ofClass.set(label, own.length > 0 ? own : all);
  }
  const rng = rngFor(seed, RNG_STREAMS.conditions, chunk);
  const rows = Int32Array.from({ length: count }, (_, i) => {
    const rowsOfClass = (classes && ofClass.get(classes[i])) ?? all;
    return rowsOfClass[Math.floor(rng.randomSample() * rowsOfClass.length)];
  });
  const values = takeConditions(pool.values, width, rows);
  for (let i = 0; asked && i < count; i++) {
    asked.fill(first + i, values.subarray(i * width, (i + 1) * width));
  }
  return values;
}
