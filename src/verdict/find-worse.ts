import type { VerdictFinding } from '../documents/result-verdict.js';
import { findMetric } from '../metrics/registry.js';
import { type Candidate, candidate } from './candidate.js';
import { type AdjustedComparison, keyOf } from './comparisons.js';
import { effectOf, evidenceOf } from './effect.js';
import { amount, enumerate, plural } from './words.js';

/** The metric of likeness within a class. */
const LIKENESS = 'msssim';
/** A class has collapsed that is at least half the way from its real pictures to one picture. */
const COLLAPSED = 0.5;

interface Weighed {
  readonly comparison: AdjustedComparison;
  readonly effect: number;
  readonly weight: number;
}

type FindingKind = VerdictFinding['kind'];

/** Classes and whole metrics that are worse than real pictures by more than chance explains; one finding for each kind. */
export function findWorse(comparisons: readonly AdjustedComparison[], alpha: number): Candidate[] {
  const worse = comparisons
    .filter(({ pAdjusted, worse }) => pAdjusted <= alpha && worse.difference > 0)
    .map((comparison): Weighed => {
      const effect = effectOf(comparison);
      return { comparison, effect, weight: effect * evidenceOf(comparison.p) };
    })
    .sort((a, b) => b.weight - a.weight);
  const metrics = new Set(worse.map(({ comparison }) => keyOf(comparison.entry)));
  return [...metrics].flatMap((key) => {
    const ofMetric = worse.filter(({ comparison }) => keyOf(comparison.entry) === key);
    const [{ comparison }] = ofMetric;
    const { id } = comparison.entry;
    const classes = ofMetric.filter(({ comparison }) => comparison.class !== undefined);
    const tested = comparisons.filter(
      ({ entry, class: name }) => keyOf(entry) === key && name !== undefined,
    ).length;
    const collapsed = id === LIKENESS ? classes.filter(({ effect }) => effect >= COLLAPSED) : [];
    const others = classes.filter((one) => !collapsed.includes(one));
    const whole = ofMetric.find(({ comparison }) => comparison.class === undefined);
    // A loss of most classes is one of the whole; a loss of the whole that a few classes explain is theirs.
    const ofWhole = whole !== undefined && (classes.length === 0 || others.length > tested / 2);
    return [
      ...describeClasses('collapsed-class', collapsed, tested),
      ...(ofWhole
        ? [describeWhole(whole, others[0])]
        : describeClasses(id === LIKENESS ? 'less-diverse-class' : 'low-class-value', others, tested)),
    ];
  });
}

function describeClasses(kind: FindingKind, found: readonly Weighed[], tested: number): Candidate[] {
  if (found.length === 0) return [];
  const [{ comparison, weight }] = found;
  const { entry, class: name = '' } = comparison;
  const others = found.slice(1).map((one) => one.comparison.class ?? '');
  const numbers = `${entry.title} ${describeNumbers(comparison)}`;
  const sentence =
    others.length === 0
      ? `${name}: ${numbers}: ${meaningOf(kind, comparison)}.`
      : `${found.length} of ${plural(tested, 'class', 'classes')} ${meaningOfSeveral(kind, entry.id)}: ${name} most (${numbers}), then ${enumerate(others)}.`;
  const numbersOf = numbersOfFinding(comparison);
  return [
    candidate({ kind, severity: 'bad', class: name, classes: found.length, ...numbersOf, sentence }, weight),
  ];
}

function meaningOf(kind: FindingKind, { entry, class: name }: AdjustedComparison): string {
  if (kind === 'collapsed-class') return 'the class has collapsed';
  if (kind === 'less-diverse-class') return 'its pictures are more alike than real ones';
  const taken = entry.confusion?.largest.find((pair) => pair.class === name);
  const meaning = findMetric(entry.id)?.worseMeans ?? 'worse than real pictures';
  return taken ? `${meaning}, most often for ${taken.takenFor} (${taken.count} of ${taken.n})` : meaning;
}

function meaningOfSeveral(kind: FindingKind, metric: string): string {
  if (kind === 'collapsed-class') return 'have collapsed';
  if (kind === 'less-diverse-class') return 'are more alike than their real pictures';
  return metric === 'accuracy'
    ? 'are taken for another class more often than their real pictures'
    : 'are worse than their real pictures';
}

function describeWhole({ comparison, weight }: Weighed, worst: Weighed | undefined): Candidate {
  const { entry } = comparison;
  const meaning = findMetric(entry.id)?.worseMeans ?? 'worse than real pictures';
  const most =
    worst?.comparison.class === undefined
      ? ''
      : `; ${worst.comparison.class} most: ${describeNumbers(worst.comparison)}`;
  const sentence = `${entry.title} ${describeNumbers(comparison)}: ${meaning}${most}.`;
  return candidate(
    {
      kind: 'worse-than-real',
      severity: 'bad',
      ...(worst?.comparison.class !== undefined && { class: worst.comparison.class }),
      ...numbersOfFinding(comparison),
      sentence,
    },
    weight,
  );
}

/** "0.985 ± 0.004, real pictures 0.21 ± 0.02". */
export function describeNumbers({ entry, value, se, reference, referenceSe }: AdjustedComparison): string {
  const own = amount(value, entry.unit, se, referenceSe);
  const real = amount(reference, entry.unit, referenceSe, se);
  return entry.ofReal ? `${own}, ${real} expected of real pictures` : `${own}, real pictures ${real}`;
}

function numbersOfFinding({ entry, value, se, reference, referenceSe, pAdjusted }: AdjustedComparison) {
  return {
    metric: entry.id,
    ...(entry.network !== undefined && { network: entry.network }),
    value,
    ...(se !== undefined && { se }),
    reference,
    ...(referenceSe !== undefined && { referenceSe }),
    p: pAdjusted,
  };
}
