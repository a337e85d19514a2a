import type { ImageSet } from '../documents/result.js';
import { comparisonFacts } from '../metrics/facts.js';
import { nameOf } from '../metrics/shortcuts.js';
import { type Candidate, candidate, firstOfAll, lastOfAll } from './candidate.js';
import { computedOf, type ResultContent } from './comparisons.js';
import { findChanceAccuracy } from './uninformed-classifier.js';
import { amount, count, enumerate, plural } from './words.js';

/** Another size of the pictures, classes without samples, and metrics that mean little at this number of pictures. */
export function findFaultsOfSets(result: ResultContent): Candidate[] {
  return [...findSizeMismatch(result), ...findMissingClasses(result), ...findTooFew(result)];
}

type Sizes = NonNullable<ImageSet['sizes']>;

function findSizeMismatch({ samples, reference }: ResultContent): Candidate[] {
  const [own, real] = [samples.sizes, reference?.sizes];
  if (!own || !real || areAlike(own, real)) return [];
  const aspect = (sizes: Sizes) => {
    const [width, height] = sizeOf(sizes) ?? sizes.largest;
    return width / height;
  };
  const differs = Math.abs(aspect(own) / aspect(real) - 1) > 0.01;
  const what = differs ? 'sharpness, size and shape' : 'sharpness and size';
  return [
    firstOfAll({
      kind: 'size-mismatch',
      severity: 'bad',
      value: Math.max(...(sizeOf(own) ?? own.largest)),
      reference: Math.max(...(sizeOf(real) ?? real.largest)),
      sentence: `The samples have ${describeSizes(own)} pixels and the reference pictures ${describeSizes(real)}: every number beside the reference compares ${what} too. Bring both to one size, resized in one way.`,
    }),
  ];
}

/** The size of all pictures, or of more than half of them. */
function sizeOf({ smallest, largest, usual }: Sizes): readonly [number, number] | undefined {
  return usual ?? (smallest.join() === largest.join() ? smallest : undefined);
}

/** Photographs of many sizes are alike where their ranges meet: two draws of one set have other extremes. */
function areAlike(own: Sizes, real: Sizes): boolean {
  const [size, realSize] = [sizeOf(own), sizeOf(real)];
  if (size || realSize) return size?.join() === realSize?.join();
  const area = ([width, height]: readonly [number, number]) => width * height;
  return area(own.smallest) <= area(real.largest) && area(real.smallest) <= area(own.largest);
}

function describeSizes(sizes: Sizes): string {
  const { smallest, largest, usual } = sizes;
  if (usual) return `mostly ${usual.join('×')}`;
  return sizeOf(sizes) ? smallest.join('×') : `${smallest.join('×')} to ${largest.join('×')}`;
}

function findMissingClasses({ samples, reference }: ResultContent): Candidate[] {
  if (!samples.classes || !reference?.classes) return [];
  const counts = new Map(samples.classes.map((one) => [one.name, one.count]));
  const real = reference.classes.filter((one) => one.count > 0);
  const missing = real.filter(({ name }) => (counts.get(name) ?? 0) === 0).map(({ name }) => name);
  if (missing.length === 0) return [];
  if (missing.length === real.length) return describeOtherNames(samples, missing);
  const sentence = `There are no samples of ${enumerate(missing)}, ${plural(missing.length, 'class', 'classes')} of the ${count(real.length)} in the reference: numbers of all pictures compare that too.`;
  return [
    firstOfAll({
      kind: 'missing-class',
      severity: 'bad',
      class: missing[0],
      classes: missing.length,
      sentence,
    }),
  ];
}

/** Classes without a name in common are named differently, as numbers and names are: that does not show that any is missing. */
function describeOtherNames({ classes }: ImageSet, real: readonly string[]): Candidate[] {
  const own = (classes ?? []).filter((one) => one.count > 0).map(({ name }) => name);
  if (own.length === 0) return [];
  const sentence = `The samples' classes (${enumerate(own)}) and the reference's (${enumerate(real)}) have no name in common, so nothing is compared class by class: name both alike.`;
  return [candidate({ kind: 'other-class-names', severity: 'caution', classes: own.length, sentence }, 1)];
}

function findTooFew(result: ResultContent): Candidate[] {
  const few = computedOf(result, 'samples').flatMap((entry) =>
    entry.tooFew === undefined ? [] : [{ id: entry.id, text: `${nameOf(entry)} (${entry.tooFew})` }],
  );
  if (few.length === 0) return [];
  const sentence = `Too few pictures for ${enumerate(few.map(({ text }) => text))}: compare ${few.length === 1 ? 'it' : 'them'} only at equal numbers of pictures.`;
  return [
    lastOfAll({
      kind: 'too-few-pictures',
      severity: 'caution',
      metric: few[0].id,
      ...(result.samples.count !== null && { n: result.samples.count }),
      sentence,
    }),
  ];
}

/** MS-SSIM at which no real class is known to be, and a class is taken for collapsed without a reference. */
const SURELY_COLLAPSED = 0.9;

/**
 * What can be said where real pictures have no value of a metric by class, as statistics and pictures without labels have none: the worst
 * class, and classes of one picture; and that nothing is compared, where there are no real pictures at all.
 */
export function findWithoutReference(result: ResultContent): Candidate[] {
  return [...findNoPictures(result), ...findCollapsedAlone(result), ...findWorstAlone(result)];
}

function findNoPictures(result: ResultContent): Candidate[] {
  const { reference, settings } = result;
  if (reference && reference.kind !== 'statistics') return [];
  const against = computedOf(result, 'samples').filter(
    ({ id }) => comparisonFacts(id, settings).needsReference,
  );
  const numbers = enumerate(
    against.map(({ title, value, unit, se }) => `${title} ${amount(value, unit, se)}`),
  );
  if (reference && against.length === 0) return [describeUnfitStatistics(result, reference)];
  const sentence =
    against.length > 0
      ? `${numbers} against statistics, which do not tell how far real pictures would be: pass real pictures with --reference to learn whether the samples are worse.`
      : 'There are no real pictures to compare with: pass them with --reference to learn how far the samples are from them.';
  return [candidate({ kind: 'no-reference', severity: 'note', sentence }, 1)];
}

/** Statistics that no number is of: why, or that nothing was asked that compares with them. */
function describeUnfitStatistics({ metrics, settings }: ResultContent, { source }: ImageSet): Candidate {
  const why = metrics.flatMap((entry) =>
    entry.status === 'not-computed' && comparisonFacts(entry.id, settings).needsReference
      ? [entry.reason]
      : [],
  );
  const reason = why[0] ?? 'None of these metrics compares with statistics.';
  const sentence = `The samples are not compared with ${source}. ${reason}`;
  return candidate({ kind: 'no-reference', severity: why[0] ? 'caution' : 'note', sentence }, 1);
}

/** Values by class of a metric that real pictures have none of. */
function classesAlone(result: ResultContent, id: string) {
  const find = (subject: 'samples' | 'reference') =>
    computedOf(result, subject).find((one) => one.id === id && one.perClass);
  const entry = find('samples');
  if (!entry || find('reference')) return undefined;
  const values = (entry.perClass ?? []).flatMap((one) =>
    one.value === null ? [] : [{ ...one, value: one.value }],
  );
  return { entry, values };
}

function findCollapsedAlone(result: ResultContent): Candidate[] {
  const { values = [] } = classesAlone(result, 'msssim') ?? {};
  const collapsed = values
    .filter(({ value, n }) => value >= SURELY_COLLAPSED && n > 1)
    .sort((a, b) => b.value - a.value);
  if (collapsed.length === 0) return [];
  const [{ class: name, value, se }] = collapsed;
  return [
    candidate(
      {
        kind: 'collapsed-class',
        severity: 'bad',
        class: name,
        classes: collapsed.length,
        metric: 'msssim',
        value,
        ...(se !== undefined && { se }),
        sentence: `${enumerate(collapsed.map((one) => one.class))}: MS-SSIM ${amount(value, 'similarity', se)}, where 1 is one and the same picture: the ${collapsed.length === 1 ? 'class has' : 'classes have'} collapsed.`,
      },
      value,
    ),
  ];
}

function findWorstAlone(result: ResultContent): Candidate[] {
  const { entry, values = [] } = classesAlone(result, 'accuracy') ?? {};
  const [worst] = values.toSorted((a, b) => a.value - b.value);
  if (!entry || !worst || values.length < 2 || worst.value >= entry.value) return [];
  if (findChanceAccuracy(result, 'samples')) return [];
  const { class: name, value, se } = worst;
  return [
    candidate(
      {
        kind: 'worst-class',
        severity: 'note',
        class: name,
        metric: entry.id,
        value,
        ...(se !== undefined && { se }),
        sentence: `${name} has the lowest ${entry.title}, ${amount(value, entry.unit, se)}; all classes together have ${amount(entry.value, entry.unit, entry.se)}.`,
      },
      0.5,
    ),
  ];
}
