import type { z } from 'zod';
import type { ComputedMetric, EvaluationResult } from './result.js';

/** Beyond it squares and their products would overflow; no measurement comes near. */
const LARGEST = 1e100;

/** Pictures of a set; tests of shares are exact up to here. */
const MOST_PICTURES = 1e12;

/** Of freedom; with fewer, quantiles overflow. */
const LEAST_DEGREES = 0.01;

/** What rounding to the digits of a document may move a fraction by. */
const ROUNDING = 1e-9;

type ClassValue = NonNullable<ComputedMetric['perClass']>[number];
type ResolutionValue = NonNullable<ComputedMetric['perResolution']>[number];
type Parts = ClassValue | ResolutionValue | ComputedMetric;

/** A field that no measurement gives, and why. */
interface Impossible {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A metric's numbers, or an entry that has none. */
type Measured = Pick<
  ComputedMetric,
  'id' | 'network' | 'subject' | 'unit' | 'value' | 'se' | 'interval' | 'n' | 'ofReal' | 'perClass'
> &
  Partial<ComputedMetric>;
type Unmeasured = Extract<EvaluationResult['metrics'][number], { readonly status: 'not-computed' }>;
type Classes = { readonly classes?: readonly { readonly name: string }[] | null };

/** What a document says of its pictures in numbers. */
interface Numbers {
  readonly metrics: readonly (Measured | Unmeasured)[];
  readonly samples?: Classes;
  readonly reference?: Classes;
}

/**
 * Finds what fits the schema of a result and still can't have been measured: a negative error, an interval with its ends
 * swapped, a class twice. Tests of such numbers would say anything. Adds an issue for the first, in the way of a check of zod.
 *
 * Apart from the schema, which also describes what is written.
 */
export function refuseImpossible(result: Numbers, context: z.RefinementCtx): void {
  for (const impossible of findImpossible(result)) {
    context.addIssue({ code: 'custom', path: [...impossible.path], message: impossible.message });
    return;
  }
}

function* findImpossible({ metrics, samples, reference }: Numbers): Generator<Impossible> {
  for (const [role, set] of Object.entries({ samples, reference })) {
    const names = (set?.classes ?? []).map(({ name }) => name);
    yield* findRepeat([role, 'classes'], names);
  }
  for (const subject of ['samples', 'reference']) {
    const ids = metrics.flatMap((entry) => (entry.subject === subject ? [keyOf(entry)] : []));
    yield* findRepeat([`metrics of the ${subject}`], ids);
  }
  for (const entry of metrics) {
    if (entry.status === 'not-computed') continue;
    const key = keyOf(entry);
    const path = entry.subject === 'samples' ? ['metrics', key] : ['metrics', key, 'reference'];
    yield* findInMetric(path, entry);
  }
}

const keyOf = ({ id, network }: { readonly id: string; readonly network?: string }) =>
  network === undefined ? id : `${id}@${network}`;

function* findInMetric(path: readonly string[], entry: Measured): Generator<Impossible> {
  const { unit, n, ofReal, details, perClass = [], perResolution = [], confusion } = entry;
  yield* findInCount([...path, 'n'], n);
  yield* findInValue(path, entry, unit);
  yield* findInError([...path, 'ofReal', 'se'], ofReal?.se);
  yield* findInDegrees([...path, 'ofReal', 'degreesOfFreedom'], ofReal?.degreesOfFreedom);
  yield* findInError([...path, 'details', 'seSamples'], details?.seSamples);
  yield* findInDegrees([...path, 'details', 'degreesOfFreedom'], details?.degreesOfFreedom);
  yield* findRepeat(
    [...path, 'perClass'],
    perClass.map((each) => each.class),
  );
  for (const each of perClass) yield* findInClass([...path, 'perClass', each.class], each, unit);
  yield* findInResolutions([...path, 'perResolution'], perResolution, unit);
  const rows = confusion?.counts;
  if (rows && !(rows.length === perClass.length && rows.every((row) => row.length === rows.length + 1))) {
    yield {
      path: [...path, 'confusion', 'counts'],
      message: 'expected a row for each class of perClass, and a column more than rows',
    };
  }
}

function* findInClass(
  path: readonly (string | number)[],
  each: ClassValue,
  unit: string,
): Generator<Impossible> {
  if (each.value === null) return;
  yield* findInCount([...path, 'n'], each.n);
  yield* findInValue(path, each, unit);
  yield* findInResolutions([...path, 'perResolution'], each.perResolution ?? [], unit);
}

function* findInResolutions(
  path: readonly (string | number)[],
  list: readonly (Pick<ResolutionValue, 'resolution' | 'value'> & Partial<ResolutionValue>)[],
  unit: string,
): Generator<Impossible> {
  yield* findRepeat(
    path,
    list.map(({ resolution }) => resolution),
  );
  for (const each of list) yield* findInValue([...path, each.resolution], each, unit);
}

function* findInValue(
  path: readonly (string | number)[],
  { value, interval, ...errors }: Pick<Parts, 'value' | 'se' | 'interval'> & { readonly std?: number },
  unit: string,
): Generator<Impossible> {
  if (value === null) return;
  const [least, most] = unit === 'fraction' ? [-ROUNDING, 1 + ROUNDING] : [-LARGEST, LARGEST];
  if (!(value >= least && value <= most)) {
    const range = unit === 'fraction' ? 'a fraction from 0 to 1' : `a number within ±${LARGEST}`;
    yield { path: [...path, 'value'], message: `expected ${range}, received ${value}` };
  }
  yield* findInError([...path, 'se'], errors.se);
  yield* findInError([...path, 'std'], errors.std);
  if (!interval) return;
  // One that misses its value is possible: a percentile bootstrap of a biased statistic, as a registered metric may have, does.
  const { low, high } = interval;
  if (!(low <= high && Math.max(Math.abs(low), Math.abs(high)) <= LARGEST)) {
    const message = `expected a low end that is not above the high one, within ±${LARGEST}, received ${low} to ${high}`;
    yield { path: [...path, 'interval'], message };
  }
}

function* findInError(
  path: readonly (string | number)[],
  error: number | string | undefined,
): Generator<Impossible> {
  if (typeof error !== 'number' || (error >= 0 && error <= LARGEST)) return;
  yield { path, message: `expected an error from 0 to ${LARGEST}, received ${error}` };
}

function* findInDegrees(
  path: readonly (string | number)[],
  degrees: number | string | undefined,
): Generator<Impossible> {
  if (typeof degrees !== 'number' || (degrees >= LEAST_DEGREES && degrees <= LARGEST)) return;
  yield { path, message: `expected degrees of freedom from ${LEAST_DEGREES}, received ${degrees}` };
}

function* findInCount(path: readonly (string | number)[], n: number): Generator<Impossible> {
  if (n >= 1 && n <= MOST_PICTURES) return;
  yield { path, message: `expected a number from 1 to ${MOST_PICTURES}, received ${n}` };
}

function* findRepeat(
  path: readonly (string | number)[],
  keys: readonly (string | number)[],
): Generator<Impossible> {
  const seen = new Set<string | number>();
  for (const key of keys) {
    if (seen.has(key)) yield { path, message: `${JSON.stringify(key)} stands there twice` };
    seen.add(key);
  }
}
