import type { Illustrations, ShownPicture } from '../../../src/documents/illustrations.js';
import type { ComputedMetric, EvaluationResult } from '../../../src/documents/result.js';
import { makeThumbnail } from '../../../src/images/thumbnail.js';
import { accuracy, makeResult } from '../result-fixture.js';

/** Copies of every kind; names are `of` names. */
export function makeFindings(of = (name: string) => name): NonNullable<EvaluationResult['findings']> {
  const pair = (picture: string, other: string) => ({ picture: of(picture), other: of(other) });
  const near = (picture: string, other: string, moreThanChance: boolean) => ({
    threshold: 1.234,
    expected: 3.2,
    moreThanChance,
    count: moreThanChance ? 40 : 2,
    examples: [{ ...pair(picture, other), distance: 0.5 }],
  });
  return {
    duplicates: {
      exact: { count: 1, examples: [pair('copies/2.png', 'copies/1.png')] },
      near: near('copies/3.png', 'copies/4.png', true),
    },
    memorized: {
      exact: { count: 0, examples: [] },
      near: near('copies/5.png', 'real/6.png', false),
    },
  };
}

/** A finding of every severity about a class of this name. */
export function makeVerdict(name = 'bird'): NonNullable<EvaluationResult['verdict']> {
  return {
    alpha: 0.05,
    tests: 4,
    findings: [
      {
        kind: 'collapsed-class',
        severity: 'bad',
        class: name,
        metric: 'msssim',
        value: 0.985,
        reference: 0.21,
        sentence: `${name}: MS-SSIM 0.985, real pictures 0.210: the class has collapsed.`,
      },
      { kind: 'too-few-pictures', severity: 'caution', sentence: 'Too few pictures for FID.' },
      { kind: 'no-difference', severity: 'note', sentence: 'No difference found.' },
      { kind: 'as-good-as-real', severity: 'good', sentence: 'As good as real pictures.' },
    ],
    worseClasses: [{ metric: 'msssim', class: name, p: 1e-6 }],
  };
}

/** A result with a reference, with every chart: classes, resolutions, and MS-SSIM of real pictures. */
export function makeFullResult(): EvaluationResult {
  const result = makeResult();
  const msssim = result.metrics.find(({ id }) => id === 'msssim') as ComputedMetric;
  const real = {
    ...msssim,
    subject: 'reference' as const,
    value: 0.06,
    perClass: msssim.perClass!.map((one) => ({ ...one, value: one.value && one.value * 0.9 })),
  };
  const details = {
    pairs: 299,
    referenceMaximum: 0.073,
    classesBelowReferenceMaximum: 0.5,
    maximum: 0.0811,
    maximumClass: 'airplane',
  };
  return {
    ...result,
    reference: { ...result.samples, source: 'real', count: 4000 },
    findings: makeFindings(),
    verdict: makeVerdict(),
    metrics: [
      ...result.metrics.map((entry) => (entry === msssim ? { ...msssim, details } : entry)),
      { ...accuracy, subject: 'reference', value: 0.9 },
      real,
    ],
  };
}

export async function makeShown(id: string, shade: number, takenFor?: string): Promise<ShownPicture> {
  const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (shade + i) % 256);
  const picture = { ok: true, index: 0, width: 8, height: 8, pixels, changes: [] } as const;
  return { id, thumbnail: await makeThumbnail(picture, 128), ...(takenFor !== undefined && { takenFor }) };
}

/** Pictures whose ids and classes are `name` and its kin. */
export async function makeIllustrations(name = 'bird'): Promise<Illustrations> {
  const [one, two, three] = await Promise.all([
    makeShown(`${name}/1.png`, 10),
    makeShown(`${name}/2.png`, 90, name),
    makeShown(`${name}/3.png`, 170),
  ]);
  return {
    draw: [],
    sheets: [
      {
        class: name,
        reasons: ['worst', 'alike'],
        accuracy: 0.8,
        msssim: 0.3,
        pictures: [one, two],
        reference: [three],
      },
      { class: 'airplane', reasons: ['best'], accuracy: 0.9, msssim: 0.1, pictures: [three], reference: [] },
    ],
    exactCopies: 1,
    neighbors: {
      drawn: 300,
      referenceCount: 4000,
      network: name,
      medianToReference: 1.5,
      medianWithinReference: 1.6,
      threshold: 1.1,
      shareExpected: 0.05,
      shareBelow: 0.2,
      rows: [
        {
          sample: one,
          neighbors: [
            { picture: two, distance: 0 },
            { picture: three, distance: 0.5 },
          ],
        },
      ],
    },
  };
}

/** The result with every text from outside put through `name`. */
export function renameAll(result: EvaluationResult, name: (text: string) => string): EvaluationResult {
  return {
    ...result,
    samples: {
      ...result.samples,
      source: name(result.samples.source),
      classes: result.samples.classes!.map((one) => ({ ...one, name: name(one.name) })),
    },
    ...(result.reference && { reference: { ...result.reference, source: name(result.reference.source) } }),
    ...(result.findings && { findings: makeFindings(name) }),
    ...(result.verdict && { verdict: makeVerdict(name('bird')) }),
    metrics: result.metrics.map((entry) =>
      entry.status === 'ok'
        ? {
            ...entry,
            ...(entry.perClass && {
              perClass: entry.perClass.map((one) => ({ ...one, class: name(one.class) })),
            }),
            ...(entry.extractor && {
              extractor: {
                ...entry.extractor,
                name: name(entry.extractor.name),
                preprocessing: name('card'),
              },
            }),
            ...(entry.details && {
              details: { ...entry.details, maximumClass: name('airplane'), largestConfusion: name('x') },
            }),
          }
        : { ...entry, reason: name(entry.reason) },
    ),
    comparableWith: name(result.comparableWith),
    warnings: result.warnings.map(name),
  };
}
