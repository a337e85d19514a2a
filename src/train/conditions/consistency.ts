import { computeNormalInterval, computeWilsonInterval } from '../../math/statistics/intervals.js';
import { boxOverlap } from './box-table.js';
import { type ConditionForm, listParts, widthOf } from './condition-form.js';

const LEVEL = 0.95;
/** Ends of the agreement of a sample with its conditions. */
const RANGES: Readonly<Record<keyof ConditionForm, readonly [least: number, most: number]>> = {
  attributes: [0, 1],
  boxes: [0, 1],
  embeddings: [-1, 1],
};

/** How far samples are what they were asked to be, in one respect. */
export interface Consistency {
  /**
   * `attribute:Smiling`, `attributes` for their mean, `boxes` for the mean intersection over union, `embeddings` for
   * the mean cosine similarity.
   */
  readonly name: string;
  readonly value: number;
  /** Ends of the interval at 95 %, over samples. */
  readonly low: number;
  readonly high: number;
  /** The same number against the conditions of other samples, drawn at random: what chance reaches. */
  readonly shuffled: number;
  /** Samples. */
  readonly n: number;
}

/** Conditions of samples, as they were asked for and as somebody sees them: float32 [n, width], both. */
export interface SeenConditions {
  readonly asked: Float32Array;
  /** Probabilities, where attributes are asked for. */
  readonly seen: Float32Array;
  /** A permutation of the samples. */
  readonly order: ArrayLike<number>;
}

/** Consistency of each part of the conditions, and of each attribute. */
export function measureConsistency(
  form: ConditionForm,
  { asked, seen, order }: SeenConditions,
): Consistency[] {
  const width = widthOf(form);
  const n = asked.length / width;
  const row = (values: Float32Array, i: number, from: number, length: number) =>
    values.subarray(i * width + from, i * width + from + length);
  return listParts(form).flatMap(({ kind, from, width: own }) => {
    const agree = (i: number, other: number) =>
      AGREEMENT[kind](row(asked, other, from, own), row(seen, i, from, own));
    const all = meanOf(kind, n, agree, order);
    if (kind !== 'attributes') return [all];
    return [
      all,
      ...(form.attributes ?? []).map((name, at) => {
        const hit = (i: number, other: number) =>
          isRight(asked[other * width + from + at], seen[i * width + from + at]) ? 1 : 0;
        return shareOf(`attribute:${name}`, n, hit, order);
      }),
    ];
  });
}

type Agreement = (asked: Float32Array, seen: Float32Array) => number;

const AGREEMENT: Readonly<Record<keyof ConditionForm, Agreement>> = {
  attributes: (asked, seen) =>
    asked.reduce((sum, each, at) => sum + (isRight(each, seen[at]) ? 1 : 0), 0) / asked.length,
  // Intersection over union.
  boxes: boxOverlap,
  // Cosine similarity of rows of length 1.
  embeddings: (asked, seen) => asked.reduce((sum, each, at) => sum + each * seen[at], 0),
};

function isRight(asked: number, probability: number): boolean {
  return probability > 0.5 === asked > 0.5;
}

/** A mean over samples with a normal interval, which ends where no mean can be. One sample tells nothing of the others. */
function meanOf(
  name: keyof ConditionForm,
  n: number,
  agree: (sample: number, other: number) => number,
  order: ArrayLike<number>,
): Consistency {
  const values = Float64Array.from({ length: n }, (_, i) => agree(i, i));
  const value = mean(values);
  const variance =
    n > 1 ? values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (n - 1) : Number.POSITIVE_INFINITY;
  const shuffled = mean(Float64Array.from({ length: n }, (_, i) => agree(i, order[i])));
  const [least, most] = RANGES[name];
  const { low, high } = computeNormalInterval(value, Math.sqrt(variance / n), LEVEL);
  return { name, value, low: Math.max(least, low), high: Math.min(most, high), shuffled, n };
}

/** A share of samples with Wilson's interval. */
function shareOf(
  name: string,
  n: number,
  hit: (sample: number, other: number) => number,
  order: ArrayLike<number>,
): Consistency {
  let hits = 0;
  let byChance = 0;
  for (let i = 0; i < n; i++) {
    hits += hit(i, i);
    byChance += hit(i, order[i]);
  }
  return { name, value: hits / n, ...computeWilsonInterval(hits, n, LEVEL), shuffled: byChance / n, n };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}
