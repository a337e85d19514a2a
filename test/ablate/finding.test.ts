import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFinding, type Evidence } from '../../src/ablate/finding.js';
import type { AblationCurve, AblationStep } from '../../src/documents/ablation.js';

type Verdict = AblationStep['verdict'];

const interval = { level: 0.95, low: -0.003, high: 0.012 };

function step(from: number, to: number, verdict: Verdict): AblationStep {
  const change = { gain: 0.2, loss: -0.1, 'no-difference': 0.004, 'not-tested': 0.1 }[verdict];
  const classes = { total: 10, gaining: 9, losing: 1, shareGaining: 0.9, interval };
  const adjustedP = verdict === 'not-tested' ? null : verdict === 'no-difference' ? 0.42 : 0.00001;
  const informative = verdict !== 'not-tested';
  return {
    from,
    to,
    informative,
    n: 1000,
    gained: 9,
    lost: 1,
    change,
    interval,
    p: 0.1,
    adjustedP,
    verdict,
    classes,
  };
}

function curve(resolutions: readonly number[], inputSize: number): AblationCurve {
  const full = resolutions[resolutions.length - 1];
  return {
    id: 'accuracy',
    title: 'Class accuracy',
    unit: 'fraction',
    direction: 'higher',
    status: 'ok',
    n: 1000,
    inputSize,
    extractor: { name: 'net', sha256: 'a'.repeat(64), preprocessing: '' },
    points: resolutions.map((resolution) => ({
      resolution,
      informative: resolution <= inputSize,
      value: 0.101,
      ...(resolution < full && {
        loss: { value: resolution < full / 2 ? 0.505 : 0.307, se: 0.01, interval },
      }),
    })),
  };
}

/** A set with a verdict per doubling from 8 pixels up. */
function evidence(verdicts: readonly Verdict[], inputSize: number, more: Partial<Evidence> = {}): Evidence {
  const resolutions = [8, ...verdicts.map((_, i) => 16 * 2 ** i)];
  return {
    subject: 'samples',
    fullSize: resolutions[resolutions.length - 1],
    curve: curve(resolutions, inputSize),
    steps: verdicts.map((verdict, i) => step(resolutions[i], resolutions[i + 1], verdict)),
    aboveChance: true,
    ...more,
  };
}

describe('the finding', () => {
  it('says up to which resolution, and by how much accuracy may still change above it', () => {
    const found = describeFinding(evidence(['gain', 'gain', 'no-difference'], 64));
    expect(found).toMatchObject({ kind: 'up-to', resolution: 32, networkTooSmall: false });
    expect(found.sentences).toEqual([
      'These samples carry class information up to about 32×32 of their 64×64 pixels.',
      'Class accuracy is 10.1 % at 64×64; of that, reduction loses 30.7 % at 32×32, 50.5 % at 16×16 and 50.5 % at 8×8.',
      'Of 10 classes, 90.0 % gain from 8×8 to 16×16, 90.0 % from 16×16 to 32×32 and 90.0 % from 32×32 to 64×64.',
      'From 32×32 to 64×64 accuracy changes by −0.3 to 1.2 points (95 % interval; p = 0.42), which is no significant difference.',
    ]);
  });

  it('says that the full size counts', () => {
    const found = describeFinding(evidence(['gain', 'gain', 'gain'], 64, { subject: 'reference' }));
    expect(found).toMatchObject({ kind: 'full-size', resolution: 64 });
    expect(found.sentences[0]).toBe(
      'The reference pictures carry class information up to their full 64×64 pixels.',
    );
  });

  it('says when the network is too small to know', () => {
    const found = describeFinding(evidence(['gain', 'gain', 'not-tested'], 32));
    expect(found).toMatchObject({ kind: 'network-limit', resolution: 32, networkTooSmall: true });
    expect(found.sentences[0]).toContain('up to at least 32×32 of their 64×64 pixels');
    expect(found.sentences[1]).toMatch(
      /^The network sees 32×32 pixels: whether detail beyond that .* can't be known/,
    );
  });

  it('says when nothing can be compared', () => {
    const found = describeFinding(evidence(['not-tested', 'not-tested'], 8));
    expect(found).toMatchObject({ kind: 'too-small', resolution: null, networkTooSmall: true });
    expect(found.sentences[0]).toContain('no two resolutions within both');
  });

  it('says when no step helps, and when detail misleads', () => {
    const found = describeFinding(evidence(['no-difference', 'loss'], 32));
    expect(found).toMatchObject({ kind: 'no-gain', resolution: null });
    expect(found.sentences.join(' ')).toMatch(
      /From 16×16 to 32×32 accuracy falls by 10.0 points \(p < 0.0001\)/,
    );
  });

  it('says chance rather than that the smallest pictures hold it all', () => {
    const found = describeFinding(evidence(['no-difference', 'no-difference'], 32, { aboveChance: false }));
    expect(found.kind).toBe('chance');
    const unknown = describeFinding(
      evidence(['no-difference', 'no-difference'], 32, { aboveChance: undefined }),
    );
    expect(unknown.kind).toBe('no-gain');
  });

  it('gives the reason where accuracy is not there', () => {
    const absent = { ...curve([8, 16], 32), status: 'not-computed' as const, reason: 'No network knows.' };
    const found = describeFinding(evidence(['gain'], 32, { curve: absent }));
    expect(found).toMatchObject({ kind: 'no-accuracy', sentences: ['No network knows.'] });
  });

  it('follows from the steps: the end of the highest gain, named in the first sentence', () => {
    const verdicts = fc.array(fc.constantFrom<Verdict>('gain', 'loss', 'no-difference'), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(verdicts, (list) => {
        const { kind, resolution, sentences } = describeFinding(evidence(list, 4096));
        const highest = list.lastIndexOf('gain');
        if (highest < 0) expect(resolution).toBeNull();
        else {
          expect(resolution).toBe(16 * 2 ** highest);
          expect(sentences[0]).toContain(`${resolution}×${resolution}`);
          expect(kind).toBe(highest === list.length - 1 ? 'full-size' : 'up-to');
        }
        const falls = list.filter((verdict) => verdict === 'loss').length;
        expect(sentences.filter((text) => text.includes('misleads'))).toHaveLength(falls);
      }),
    );
  });
});
