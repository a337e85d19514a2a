import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';
import '../../src/metrics/index.js';
import { drawPairs } from '../../src/metrics/msssim/msssim-pairs.js';
import { computePairMeanVariance } from '../../src/metrics/msssim/pair-mean-error.js';
import { reachVerdict } from '../../src/verdict/reach-verdict.js';
import { type ClassFacts, entryOf, makeContent, type SetFacts } from './results.js';

const sentencesOf = (...content: Parameters<typeof makeContent>) =>
  reachVerdict(makeContent(...content)).findings.map(({ sentence }) => sentence);

/** Classes as good as one another. */
const healthy = (classes: number, n: number, hits = 0.9): ClassFacts[] =>
  Array.from({ length: classes }, (_, i) => ({
    name: `class ${i}`,
    n,
    hits: Math.round(hits * n),
    msssim: [0.08 + 0.01 * (i % 5), 0.01],
  }));

const replace = (classes: ClassFacts[], index: number, facts: Partial<ClassFacts>) =>
  classes.map((one, i) => (i === index ? { ...one, ...facts } : one));

describe('the verdict on classes', () => {
  it('says first that a class has collapsed, with its number, that of real pictures, and what it means', () => {
    const classes = replace(healthy(3, 60), 1, { name: 'star', msssim: [0.985, 0.004] });
    const real = replace(healthy(3, 60), 1, { name: 'star', msssim: [0.21, 0.02] });
    const { findings, worseClasses } = reachVerdict(makeContent({ classes }, { classes: real }));
    expect(findings[0]).toEqual({
      kind: 'collapsed-class',
      severity: 'bad',
      class: 'star',
      classes: 1,
      metric: 'msssim',
      value: 0.985,
      se: 0.004,
      reference: 0.21,
      referenceSe: 0.02,
      p: expect.any(Number),
      sentence: 'star: MS-SSIM 0.9850 ± 0.0040, real pictures 0.210 ± 0.020: the class has collapsed.',
    });
    expect(worseClasses.map(({ metric, class: name }) => [metric, name])).toEqual([['msssim', 'star']]);
  });

  it('says collapsed where the pictures are one and the same, so that the value has no error', () => {
    const classes = replace(healthy(3, 60), 2, { msssim: [1, 0] });
    expect(sentencesOf({ classes }, { classes: healthy(3, 60) })[0]).toBe(
      'class 2: MS-SSIM 1.000, real pictures 0.100 ± 0.010: the class has collapsed.',
    );
  });

  it('distinguishes a class that is more alike than real pictures from a collapsed one', () => {
    const classes = replace(healthy(3, 60), 0, { msssim: [0.2, 0.01] });
    expect(sentencesOf({ classes }, { classes: healthy(3, 60) })[0]).toBe(
      'class 0: MS-SSIM 0.200 ± 0.010, real pictures 0.080 ± 0.010: its pictures are more alike than real ones.',
    );
  });

  it('joins several collapsed classes in one finding, the worst first', () => {
    const bad = (i: number): Partial<ClassFacts> => ({ msssim: [0.9 + i / 100, 0.01] });
    const classes = [1, 2, 3, 4, 5, 6].reduce((all, i) => replace(all, i, bad(i)), healthy(20, 60));
    expect(sentencesOf({ classes }, { classes: healthy(20, 60) })[0]).toBe(
      '6 of 20 classes have collapsed: class 6 most (MS-SSIM 0.960 ± 0.010, real pictures 0.090 ± 0.010), then class 5, class 4, class 3 and 2 more.',
    );
  });

  it('names the class whose accuracy is worst, and what it is taken for', () => {
    const classes = replace(healthy(10, 100), 3, { hits: 40 });
    const content = makeContent({ classes }, { classes: healthy(10, 100) });
    const accuracy = content.metrics.find(({ id }) => id === 'accuracy');
    Object.assign(accuracy ?? {}, {
      confusion: { largest: [{ class: 'class 3', takenFor: 'class 5', count: 50, n: 100 }] },
    });
    expect(reachVerdict(content).findings[0]).toMatchObject({
      kind: 'low-class-value',
      class: 'class 3',
      value: 0.4,
      reference: 0.9,
      sentence:
        'class 3: Class accuracy 40.0 ± 4.9 %, real pictures 90.0 ± 3.0 %: the network takes them for another class more often than real ones, most often for class 5 (50 of 100).',
    });
  });

  it('speaks of the whole where most classes lost', () => {
    const [{ kind, sentence }] = reachVerdict(
      makeContent({ classes: healthy(10, 100, 0.5) }, { classes: healthy(10, 100) }),
    ).findings;
    expect(kind).toBe('worse-than-real');
    expect(sentence).toContain('Class accuracy 50.0 ± 1.6 %, real pictures 90.00 ± 0.95 %');
  });

  it('does not take another mix of classes for a loss', () => {
    const uneven = healthy(2, 100).map((one, i) => ({ ...one, n: i ? 20 : 180, hits: i ? 19 : 90 }));
    const even = healthy(2, 100).map((one, i) => ({ ...one, n: 100, hits: i ? 95 : 50 }));
    expect(reachVerdict(makeContent({ classes: uneven }, { classes: even })).findings).not.toContainEqual(
      expect.objectContaining({ severity: 'bad' }),
    );
  });

  it('says first which classes have no samples, which explains what else is worse', () => {
    const metrics = [entryOf('coverage', [0.6, 0.02], { ofReal: { value: 0.97 } })];
    const [{ kind, sentence }] = reachVerdict(
      makeContent({ classes: healthy(2, 100) }, { classes: healthy(3, 100) }, { metrics }),
    ).findings;
    expect([kind, sentence]).toEqual([
      'missing-class',
      'There are no samples of class 2, 1 class of the 3 in the reference: numbers of all pictures compare that too.',
    ]);
  });

  it('ranks by effect times evidence, and keeps five', () => {
    const classes = replace(replace(healthy(4, 100), 0, { msssim: [0.99, 0.01] }), 1, { hits: 60 });
    const repeats = (count: number) => ({ exact: { count, examples: [{ picture: 'a', other: 'b' }] } });
    const { findings } = reachVerdict(
      makeContent(
        { classes, sizes: { smallest: [32, 32], largest: [32, 32] }, is: [2, 0.1] },
        {
          classes: healthy(4, 100),
          sizes: { smallest: [64, 64], largest: [64, 64] },
          is: [3.5, 0.1],
        },
        {
          findings: { duplicates: repeats(30), memorized: repeats(300) },
          metrics: [entryOf('coverage', [0.3, 0.02], { ofReal: { value: 0.97 }, tooFew: '5 pictures' })],
        },
      ),
    );
    expect(findings.map(({ kind }) => kind)).toEqual([
      'size-mismatch',
      'collapsed-class',
      'memorized',
      'worse-than-real',
      'worse-than-real',
    ]);
    expect(findings[0].sentence).toBe(
      'The samples have 32×32 pixels and the reference pictures 64×64: every number beside the reference compares sharpness and size too. Bring both to one size, resized in one way.',
    );
  });
});

describe('the verdict on sizes', () => {
  type Size = [number, number];
  const firstOf = (samples: Size[], reference: Size[]) => {
    const setOf = ([smallest, largest, usual]: Size[]): SetFacts => ({
      classes: healthy(3, 60),
      sizes: { smallest, largest, ...(usual && { usual }) },
    });
    return sentencesOf(setOf(samples), setOf(reference))[0];
  };

  it('takes photographs of many sizes for alike, whose extremes alone differ', () => {
    expect(
      firstOf(
        [
          [90, 60],
          [800, 600],
        ],
        [
          [91, 60],
          [790, 600],
        ],
      ),
    ).toMatch(/^No difference/);
    expect(
      firstOf(
        [
          [32, 32],
          [64, 64],
        ],
        [
          [90, 60],
          [800, 600],
        ],
      ),
    ).toBe(
      'The samples have 32×32 to 64×64 pixels and the reference pictures 90×60 to 800×600: every number beside the reference compares sharpness, size and shape too. Bring both to one size, resized in one way.',
    );
  });

  it('compares the size that most pictures have', () => {
    expect(
      firstOf(
        [
          [32, 32],
          [500, 500],
          [64, 64],
        ],
        [
          [16, 16],
          [64, 64],
          [64, 64],
        ],
      ),
    ).toMatch(/^No difference/);
    expect(
      firstOf(
        [
          [32, 32],
          [500, 500],
          [64, 64],
        ],
        [
          [32, 32],
          [32, 32],
        ],
      ),
    ).toBe(
      'The samples have mostly 64×64 pixels and the reference pictures 32×32: every number beside the reference compares sharpness and size too. Bring both to one size, resized in one way.',
    );
  });
});

describe('the verdict on copies', () => {
  const copies = (count: number) => ({
    exact: { count, examples: count > 0 ? [{ picture: 'a/1.png', other: 'real/2.png' }] : [] },
  });

  it('says how many samples are memorized', () => {
    const set: SetFacts = { classes: healthy(3, 60) };
    const findings = { duplicates: copies(0), memorized: copies(30) };
    expect(sentencesOf(set, set, { findings })[0]).toBe(
      '30 samples of 180 repeat a picture of the reference byte for byte (a/1.png and real/2.png): they are memorized, if the reference is what was trained on.',
    );
  });

  it('counts near copies only where there are more than chance gives', () => {
    const near = (moreThanChance: boolean) => ({
      ...copies(0),
      near: {
        count: 12,
        expected: 2,
        threshold: 1,
        moreThanChance,
        unmistakable: 0,
        examples: [{ picture: 'a/1.png', other: 'a/2.png', distance: 0.1 }],
      },
    });
    const set: SetFacts = { classes: healthy(3, 60) };
    const said = (moreThanChance: boolean) =>
      sentencesOf(set, set, { findings: { duplicates: near(moreThanChance) } });
    expect(said(true)[0]).toBe(
      '12 samples nearly repeat another sample, where chance gives 2 (a/1.png and a/2.png): there are fewer different samples than pictures.',
    );
    expect(said(false).join()).not.toContain('repeat');
  });

  it('makes no more than a caution of a few among many, as real data sets have', () => {
    const set: SetFacts = { classes: healthy(10, 1000) };
    const { findings } = reachVerdict(makeContent(set, set, { findings: { duplicates: copies(3) } }));
    expect(findings.find(({ kind }) => kind === 'copies')?.severity).toBe('caution');
  });
});

describe('the verdict on equal sets', () => {
  it('calls them as good as real only where the intervals exclude a loss that matters', () => {
    const set: SetFacts = { classes: healthy(10, 5000), is: [8, 0.02] };
    const [{ kind, severity, sentence }] = reachVerdict(makeContent(set, set)).findings;
    expect([kind, severity]).toEqual(['as-good-as-real', 'good']);
    expect(sentence).toContain(
      'As good as real pictures within the error: Inception Score 8.000 ± 0.020, real pictures 8.000 ± 0.020; Class accuracy',
    );
  });

  it('claims nothing from few pictures, and says what may be missed', () => {
    const set: SetFacts = { classes: healthy(3, 20), is: [2.5, 0.2] };
    expect(sentencesOf(set, set)).toEqual([
      'No difference from real pictures found with 60 samples and 60 reference pictures, which does not show that there is none: Inception Score may still be 0.560 below the 2.50 of real pictures.',
    ]);
  });

  it('says which numbers mean little at so few pictures', () => {
    const set: SetFacts = { classes: healthy(3, 20) };
    const metrics = [
      entryOf('is', [2, 0.1], { tooFew: '18 pictures a split' }),
      entryOf('coverage', [0.9, 0.1], { tooFew: 'a' }),
    ];
    expect(sentencesOf(set, set, { metrics })[1]).toBe(
      'Too few pictures for IS (18 pictures a split) and Coverage (a): compare them only at equal numbers of pictures.',
    );
  });

  it('does not compare scores whose expectation depends on the number of pictures at different numbers', () => {
    const content = makeContent({ count: 200, is: [4, 0.01] }, { count: 1000, is: [6, 0.01] });
    expect(reachVerdict(content)).toMatchObject({ tests: 0, findings: [] });
  });

  it('raises a false alarm for no more than one of twenty results, of 100 classes each', () => {
    const random = new NumpyRandom(7);
    const RESULTS = 200;
    let alarms = 0;
    for (let i = 0; i < RESULTS; i++) {
      const draw = () => ({ classes: drawClasses(100, 20 + 5 * (i % 7), random), is: drawNormal(random) });
      const { findings } = reachVerdict(makeContent(draw(), draw()));
      if (findings.some(({ severity }) => severity === 'bad')) alarms++;
    }
    // Holm's method allows 10 of 200; two and a half standard errors of so many draws are 8.
    expect(alarms).toBeLessThanOrEqual(18);
  });
});

describe('the verdict without real pictures', () => {
  it('says so, names the worst class, and a class of one picture', () => {
    const classes = replace(healthy(3, 60), 0, { hits: 20, msssim: [1, 0] });
    expect(sentencesOf({ classes })).toEqual([
      'class 0: MS-SSIM 1.00, where 1 is one and the same picture: the class has collapsed.',
      'There are no real pictures to compare with: pass them with --reference to learn how far the samples are from them.',
      'class 0 has the lowest Class accuracy, 33.3 ± 6.1 %; all classes together have 71.1 ± 3.4 %.',
    ]);
  });
});

describe('the verdict beside a reference without values of real pictures', () => {
  const collapsed = replace(healthy(3, 60), 0, { msssim: [1, 0] });

  it('calls a class collapsed beside real pictures that have no labels', () => {
    expect(sentencesOf({ classes: collapsed }, { count: 180 })).toEqual([
      'class 0: MS-SSIM 1.00, where 1 is one and the same picture: the class has collapsed.',
    ]);
  });

  it('says beside statistics that nothing is tested, and still which class has collapsed', () => {
    const content = makeContent(
      { classes: collapsed },
      { count: 180 },
      {
        metrics: [entryOf('fid', [140.27, 0.56])],
      },
    );
    const statistics = { ...content, reference: { ...content.samples, kind: 'statistics', classes: null } };
    expect(reachVerdict(statistics).findings.map(({ sentence }) => sentence)).toEqual([
      'class 0: MS-SSIM 1.00, where 1 is one and the same picture: the class has collapsed.',
      'Fréchet inception distance 140.27 ± 0.56 against statistics, which do not tell how far real pictures would be: pass real pictures with --reference to learn whether the samples are worse.',
    ]);
  });
});

describe('the digits of the verdict', () => {
  it('end where they compare with nothing', () => {
    const entries = (own: [number, number], real: [number, number]) =>
      sentencesOf({ is: own, count: 100 }, { is: real, count: 100 })[0];
    expect(entries([1, 3.5e-15], [7.689, 0.094])).toMatch(
      /^Inception Score 1\.000, real pictures 7\.689 ± 0\.094:/,
    );
    expect(entries([1.9994962, 0.0000031], [7.689, 0.094])).toMatch(
      /^Inception Score 1\.9995, real pictures 7\.689/,
    );
  });
});

/** A score with an error of a tenth. */
const drawNormal = (random: NumpyRandom): [number, number] => {
  const sum = Array.from({ length: 12 }, () => random.randomSample()).reduce((a, b) => a + b);
  return [8 + 0.1 * (sum - 6), 0.1];
};

/**
 * Classes of one population: the accuracy is binomial, and MS-SSIM a mean over pairs of random points, skewed and at 0 for many
 * as that of real pictures is, with the standard error that the metric computes.
 */
function drawClasses(count: number, n: number, random: NumpyRandom): ClassFacts[] {
  return Array.from({ length: count }, (_, label): ClassFacts => {
    const chance = 0.7 + (0.29 * label) / count;
    const hits = Array.from({ length: n }, () => random.randomSample()).filter((u) => u < chance).length;
    const points = Array.from({ length: n }, () => Array.from({ length: 3 }, () => random.randomSample()));
    const pairs = drawPairs({ labels: new Int32Array(n), pairsPerClass: 100, seed: label }).map(
      ({ a, b }) => {
        const apart = points[a].reduce((sum, x, j) => sum + (x - points[b][j]) ** 2, 0);
        return { a, b, value: Math.max(0, Math.exp(-4 * apart) - 0.15) };
      },
    );
    const value = pairs.reduce((sum, pair) => sum + pair.value, 0) / pairs.length;
    const se = Math.sqrt(computePairMeanVariance(pairs) as number);
    return { name: `class ${label}`, n, hits, msssim: [value, se] };
  });
}
