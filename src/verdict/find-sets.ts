import type { ImageSet } from '../documents/result.js';
import { findMetric } from '../metrics/registry.js';
import { type Candidate, candidate, firstOfAll } from './candidate.js';
import { computedOf, type ResultContent } from './comparisons.js';
import { amount, enumerate, plural } from './words.js';

/** Another size of the pictures, classes without samples, and metrics that mean little at this number of pictures. */
export function findFaultsOfSets(result: ResultContent): Candidate[] {
  return [...findSizeMismatch(result), ...findMissingClasses(result), ...findTooFew(result)];
}

type Sizes = NonNullable<ImageSet['sizes']>;

function findSizeMismatch({ samples, reference }: ResultContent): Candidate[] {
  const [own, real] = [samples.sizes, reference?.sizes];
  if (!own || !real || describeSizes(own) === describeSizes(real)) return [];
  const aspect = ({ largest: [width, height] }: Sizes) => width / height;
  const shape = Math.abs(aspect(own) / aspect(real) - 1) > 0.01 ? ' and their shape' : '';
  return [
    firstOfAll({
      kind: 'size-mismatch',
      severity: 'bad',
      value: Math.max(...own.largest),
      reference: Math.max(...real.largest),
      sentence: `The samples have ${describeSizes(own)} pixels and the reference pictures ${describeSizes(real)}: every number beside the reference compares their sizes${shape} too.`,
    }),
  ];
}

function describeSizes({ smallest, largest }: Sizes): string {
  const [small, large] = [smallest.join('×'), largest.join('×')];
  return small === large ? small : `${small} to ${large}`;
}

function findMissingClasses({ samples, reference }: ResultContent): Candidate[] {
  if (!samples.classes || !reference?.classes) return [];
  const counts = new Map(samples.classes.map(({ name, count }) => [name, count]));
  const real = reference.classes.filter(({ count }) => count > 0);
  const missing = real.filter(({ name }) => (counts.get(name) ?? 0) === 0).map(({ name }) => name);
  if (missing.length === 0) return [];
  const sentence = `There are no samples of ${enumerate(missing)}, ${plural(missing.length, 'class', 'classes')} of the ${real.length} in the reference: numbers of all pictures compare that too.`;
  return [
    candidate(
      { kind: 'missing-class', severity: 'caution', class: missing[0], classes: missing.length, sentence },
      missing.length / real.length,
    ),
  ];
}

function findTooFew(result: ResultContent): Candidate[] {
  const few = computedOf(result, 'samples').flatMap(({ id, title, tooFew }) =>
    tooFew === undefined ? [] : [{ id, text: `${findMetric(id)?.shortTitle ?? title} (${tooFew})` }],
  );
  if (few.length === 0) return [];
  const sentence = `Too few pictures for ${enumerate(few.map(({ text }) => text))}: compare ${few.length === 1 ? 'it' : 'them'} only at equal numbers of pictures.`;
  return [
    candidate(
      {
        kind: 'too-few-pictures',
        severity: 'caution',
        metric: few[0].id,
        ...(result.samples.count !== null && { n: result.samples.count }),
        sentence,
      },
      0,
    ),
  ];
}

/** MS-SSIM at which no real class is known to be, and a class is taken for collapsed without a reference. */
const SURELY_COLLAPSED = 0.9;

/** What can be said without real pictures: that nothing is compared, the worst class, and classes of one picture. */
export function findWithoutReference(result: ResultContent): Candidate[] {
  const entries = computedOf(result, 'samples');
  const classesOf = (id: string) => {
    const entry = entries.find((one) => one.id === id);
    const values = (entry?.perClass ?? []).flatMap((one) =>
      one.value === null ? [] : [{ ...one, value: one.value }],
    );
    return { entry, values };
  };
  const alike = classesOf('msssim');
  const collapsed = alike.values
    .filter(({ value, n }) => value >= SURELY_COLLAPSED && n > 1)
    .sort((a, b) => b.value - a.value);
  const { entry, values } = classesOf('accuracy');
  const [worst] = values.toSorted((a, b) => a.value - b.value);
  return [
    candidate(
      {
        kind: 'no-reference',
        severity: 'note',
        sentence:
          'There are no real pictures to compare with: pass them with --reference to learn how far the samples are from them.',
      },
      1,
    ),
    ...(collapsed.length > 0
      ? [
          candidate(
            {
              kind: 'collapsed-class',
              severity: 'bad',
              class: collapsed[0].class,
              classes: collapsed.length,
              metric: 'msssim',
              value: collapsed[0].value,
              ...(collapsed[0].se !== undefined && { se: collapsed[0].se }),
              sentence: `${enumerate(collapsed.map((one) => one.class))}: MS-SSIM ${amount(collapsed[0].value, 'similarity', collapsed[0].se)}, where 1 is one and the same picture: the ${collapsed.length === 1 ? 'class has' : 'classes have'} collapsed.`,
            },
            collapsed[0].value,
          ),
        ]
      : []),
    ...(entry && worst && values.length > 1 && worst.value < entry.value
      ? [
          candidate(
            {
              kind: 'worst-class',
              severity: 'note',
              class: worst.class,
              metric: entry.id,
              value: worst.value,
              ...(worst.se !== undefined && { se: worst.se }),
              sentence: `${worst.class} has the lowest ${entry.title}, ${amount(worst.value, entry.unit, worst.se)}; all classes together have ${amount(entry.value, entry.unit, entry.se)}.`,
            },
            0.5,
          ),
        ]
      : []),
  ];
}
