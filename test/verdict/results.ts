import type { ComputedMetric, ImageSet } from '../../src/documents/result.js';
import type { ResultContent } from '../../src/verdict/comparisons.js';
import { makeResult } from '../report/result-fixture.js';

/** A class as a test names it: its pictures, and a value of each metric with its standard error. */
export interface ClassFacts {
  readonly name: string;
  readonly n: number;
  /** Of `n` pictures, those that are classified right. */
  readonly hits?: number;
  readonly msssim?: readonly [value: number, se: number];
}

export interface SetFacts {
  readonly classes?: readonly ClassFacts[];
  readonly count?: number;
  readonly sizes?: ImageSet['sizes'];
  readonly is?: readonly [value: number, se: number];
}

const HEADS = {
  is: { id: 'is', title: 'Inception Score', unit: 'score', direction: 'higher' },
  accuracy: { id: 'accuracy', title: 'Class accuracy', unit: 'fraction', direction: 'higher' },
  msssim: { id: 'msssim', title: 'MS-SSIM', unit: 'similarity', direction: 'lower' },
  fid: { id: 'fid', title: 'Fréchet inception distance', unit: 'distance', direction: 'lower' },
  coverage: { id: 'coverage', title: 'Coverage', unit: 'fraction', direction: 'higher' },
} as const;

/** An entry of the samples with a value and its error. */
export function entryOf(
  id: keyof typeof HEADS,
  [value, se]: readonly [value: number, se: number],
  more: Partial<ComputedMetric> = {},
): ComputedMetric {
  return { ...HEADS[id], subject: 'samples', status: 'ok', value, se, n: 1000, ...more };
}

/** What a score gives of samples with these facts, and of a reference. */
export function makeContent(
  samples: SetFacts,
  reference?: SetFacts,
  more: Partial<ResultContent> = {},
): ResultContent {
  return {
    samples: describe(samples),
    ...(reference && { reference: describe(reference) }),
    settings: makeResult().settings,
    ...more,
    metrics: [
      ...entriesOf(samples, 'samples'),
      ...(reference ? entriesOf(reference, 'reference') : []),
      ...(more.metrics ?? []),
    ],
  };
}

const countOf = ({ classes = [], count = classes.reduce((sum, { n }) => sum + n, 0) }: SetFacts) => count;

function describe(set: SetFacts): ImageSet {
  return {
    ...makeResult().samples,
    count: countOf(set),
    classes: set.classes?.map(({ name, n }) => ({ name, count: n })) ?? null,
    sizes: set.sizes ?? null,
  };
}

function entriesOf(set: SetFacts, subject: ComputedMetric['subject']): ComputedMetric[] {
  const { classes = [], is } = set;
  const n = countOf(set);
  const entries: ComputedMetric[] = is ? [entryOf('is', is, { subject, n })] : [];
  const hits = classes.flatMap((one) => (one.hits === undefined ? [] : [one.hits]));
  if (hits.length > 0) {
    const value = hits.reduce((a, b) => a + b) / n;
    const perClass = classes.map(({ name, n, hits = 0 }) => {
      const share = hits / n;
      return { class: name, value: share, se: Math.sqrt((share * (1 - share)) / n), n };
    });
    entries.push(
      entryOf('accuracy', [value, Math.sqrt((value * (1 - value)) / n)], { subject, n, perClass }),
    );
  }
  const alike = classes.flatMap(({ name, msssim }) =>
    msssim ? [{ class: name, value: msssim[0], se: msssim[1], n: 100 }] : [],
  );
  if (alike.length > 0) {
    const value = alike.reduce((sum, one) => sum + one.value, 0) / alike.length;
    const se = Math.sqrt(alike.reduce((sum, one) => sum + one.se ** 2, 0)) / alike.length;
    entries.push(entryOf('msssim', [value, se], { subject, n: 100 * alike.length, perClass: alike }));
  }
  return entries;
}
