import type { BadRow } from './bad-pictures.js';
import type { OutputName, ShardInfo } from './shard-builder.js';
import type { Shard } from './shard-store.js';

/**
 * The largest absolute value of a feature that metrics can take. Squares of it add up to a finite float32 in any width, as
 * distances between pictures are first computed, and their sixth powers to a finite float64, as the spread of KID's kernel is.
 */
export const MAX_FEATURE = 1e15;

/** By how much the sum of a row of probabilities may differ from 1: float16 is rounded by half of this. */
const SUM_TOLERANCE = 1e-3;

const CLASS_OUTPUTS = ['logits', 'scores'] as const;

/** An output that may hold probabilities in place of logits. */
export type ClassOutput = (typeof CLASS_OUTPUTS)[number];

/**
 * Looks at every row that a network gave, whether it comes from the network or from the cache: so that no metric reads one that
 * means nothing, and logits are told from probabilities.
 */
export class OutputCheck {
  readonly #unusable: BadRow[] = [];
  /** Whether all rows so far are probabilities, by output. */
  readonly #areProbabilities = new Map<ClassOutput, boolean>();

  /** @param start index in the source of the shard's first picture */
  add(start: number, end: number, { info, arrays }: Shard<ShardInfo>): void {
    const pictures = listGoodPictures(start, end, info);
    const faults = new Map<number, string>();
    for (const [name, { shape, data }] of Object.entries(arrays)) {
      // What has another form is damage, which is named where the table is read.
      if (!(data instanceof Float32Array) || shape[0] !== pictures.length) continue;
      const width = shape[1];
      for (let row = 0; row < pictures.length; row++) {
        const values = data.subarray(row * width, (row + 1) * width);
        const fault = findFault(name as OutputName, values);
        if (fault && !faults.has(row)) faults.set(row, fault);
        if (isClassOutput(name)) this.#compareWithProbabilities(name, values);
      }
    }
    for (const [row, reason] of faults) this.#unusable.push({ index: pictures[row], reason });
  }

  /** Pictures for which the network gave something that no metric can take, in the order in which they were seen. */
  get unusable(): readonly BadRow[] {
    return this.#unusable;
  }

  /** Whether every row of an output was at least 0 and added up to 1. */
  holdsProbabilities(output: ClassOutput): boolean {
    return this.#areProbabilities.get(output) ?? false;
  }

  #compareWithProbabilities(output: ClassOutput, values: Float32Array): void {
    if (this.#areProbabilities.get(output) === false) return;
    this.#areProbabilities.set(output, areProbabilities(values));
  }
}

function listGoodPictures(start: number, end: number, { bad }: ShardInfo): number[] {
  const left = new Set(bad.map(({ row }) => start + row));
  return Array.from({ length: end - start }, (_, i) => start + i).filter((index) => !left.has(index));
}

const isClassOutput = (name: string): name is ClassOutput => CLASS_OUTPUTS.some((output) => output === name);

/** Why no metric can take a row, as half a sentence ("gives features that are not finite"); undefined for one that is fine. */
function findFault(output: OutputName, values: Float32Array): string | undefined {
  if (output !== 'features') return findLogitFault(output, values);
  const fault = findFeatureFault(values);
  return fault && `gives ${fault}`;
}

/** Why no metric can take a row of features, as a noun ("features that are not finite"); undefined for one that is fine. */
export function findFeatureFault(values: Float32Array | Float64Array): string | undefined {
  for (const value of values) {
    if (Math.abs(value) <= MAX_FEATURE) continue;
    return Number.isFinite(value) ? `features beyond ±${MAX_FEATURE}` : 'features that are not finite';
  }
  return undefined;
}

/** A class may be ruled out by −∞, but not all of them. */
function findLogitFault(output: ClassOutput, values: Float32Array): string | undefined {
  let hasFinite = false;
  for (const value of values) {
    if (value === Number.NEGATIVE_INFINITY) continue;
    if (!Number.isFinite(value)) return `gives ${output} that are not finite`;
    hasFinite = true;
  }
  return hasFinite || values.length === 0 ? undefined : `gives ${output} that are not finite`;
}

/** One column alone would be 1 for every picture, which says nothing either way. */
function areProbabilities(values: Float32Array): boolean {
  if (values.length < 2) return false;
  let sum = 0;
  for (const value of values) {
    if (!(value >= 0)) return false;
    sum += value;
  }
  return Math.abs(sum - 1) <= SUM_TOLERANCE;
}
