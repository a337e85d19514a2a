import type { Product } from '../../math/linear-algebra/product.js';
import { fitRidge, predictRidge, type Ridge } from '../../math/regression/ridge.js';
import { type ConditionForm, listParts, widthOf } from './condition-form.js';

/** Features of pictures, and what is known of them. */
export interface KnownPictures {
  readonly count: number;
  /** float32 [count, width of the features], row-major. */
  readonly features: Float32Array;
  /** float32 [count, width of the conditions], row-major. */
  readonly conditions: Float32Array;
}

/** Shares of the pictures that the map is fit to, and of the rest by which the penalty is chosen; the others judge it. */
const FITTED = 0.6;
const CHOOSING = 0.2;
/** With fewer, a fifth of them says nothing. */
export const FEWEST_KNOWN = 30;

/** Of the mean square of the features. */
const PENALTIES = [1e-4, 1e-3, 1e-2, 1e-1, 1];

/** Sees conditions in features of pictures, by a linear map that was fit to real pictures. */
export interface Probe {
  /** Conditions of rows of features, as `measureConsistency` takes them: float32 [count, width of the conditions]. */
  see(features: Float32Array): Promise<Float32Array>;
  /** The pictures that it was not fit to, in their order: what it reaches on real pictures is found by them. */
  readonly unseen: KnownPictures;
}

/**
 * Fits a ridge regression from features to conditions. Its penalty is the one with the least squared error on pictures that it was not
 * fit to, and `unseen` are those that neither saw.
 *
 * @param known in random order, `FEWEST_KNOWN` or more
 */
export async function fitProbe(form: ConditionForm, known: KnownPictures, product: Product): Promise<Probe> {
  const fitted = Math.floor(FITTED * known.count);
  const chosen = fitted + Math.floor(CHOOSING * known.count);
  const train = partOf(known, 0, fitted);
  const rows = {
    count: fitted,
    features: Float64Array.from(train.features),
    targets: Float64Array.from(train.conditions),
  };
  const held = partOf(known, fitted, chosen);
  const heldFeatures = Float64Array.from(held.features);
  let best: { readonly ridge: Ridge; readonly error: number } | undefined;
  for (const penalty of PENALTIES) {
    const ridge = await fitRidge(rows, penalty, product);
    const error = squaredError(await predictRidge(ridge, heldFeatures, product), held.conditions);
    if (!best || error < best.error) best = { ridge, error };
  }
  const { ridge } = best as NonNullable<typeof best>;
  return {
    unseen: partOf(known, chosen, known.count),
    async see(features) {
      const seen = Float32Array.from(await predictRidge(ridge, Float64Array.from(features), product));
      bringToUnitLength(form, seen);
      return seen;
    },
  };
}

function partOf({ count, features, conditions }: KnownPictures, from: number, to: number): KnownPictures {
  const rows = (values: Float32Array) =>
    values.subarray((from * values.length) / count, (to * values.length) / count);
  return { count: to - from, features: rows(features), conditions: rows(conditions) };
}

function squaredError(seen: Float64Array, known: Float32Array): number {
  return seen.reduce((sum, each, i) => sum + (each - known[i]) ** 2, 0);
}

/** Embeddings are compared by their direction. */
function bringToUnitLength(form: ConditionForm, values: Float32Array): void {
  const width = widthOf(form);
  for (const { kind, from, width: own } of listParts(form)) {
    if (kind !== 'embeddings') continue;
    for (let at = from; at < values.length; at += width) {
      const row = values.subarray(at, at + own);
      const length = Math.hypot(...row) || 1;
      for (let k = 0; k < own; k++) row[k] /= length;
    }
  }
}
