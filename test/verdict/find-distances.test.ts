import { describe, expect, it } from 'vitest';
import '../../src/metrics/index.js';
import { reachVerdict } from '../../src/verdict/reach-verdict.js';
import { entryOf, makeContent, type SetFacts } from './results.js';

const said = (...content: Parameters<typeof makeContent>) =>
  reachVerdict(makeContent(...content)).findings.map(({ kind, severity, sentence }) => [
    kind,
    severity,
    sentence,
  ]);
const fid = (value: number, se: number, more = {}) => ({ metrics: [entryOf('fid', [value, se], more)] });
const pictures: SetFacts = { count: 300 };

describe('the verdict on distances', () => {
  it('begins with FID where nothing else is there to say', () => {
    expect(said(pictures, pictures, fid(4.899, 0.04, { tooFew: '300 pictures for 480 features' }))).toEqual([
      [
        'distance',
        'note',
        'FID 4.899 ± 0.040 from the reference pictures, 0 at best; how far other real pictures would be is not tested. Compare with samples at equal numbers of pictures.',
      ],
      expect.arrayContaining(['too-few-pictures']),
    ]);
  });

  it('does not call 0 the best of a ratio to real pictures', () => {
    const ratio = { ...entryOf('fid', [1.01, 0.02]), id: 'fdr', unit: 'ratio of distances' };
    const [[, , sentence]] = said(pictures, pictures, { metrics: [entryOf('fid', [4.9, 0.04]), ratio] });
    expect(sentence).toMatch(/^FID 4\.9\d* ± 0\.040 from the reference pictures, 0 at best/);
    expect(sentence).not.toContain('1.01');
  });

  it('says that samples with the features of the reference seem to be its pictures, unless their bytes say so', () => {
    const same = [
      'same-pictures',
      'bad',
      'FID is 0 within rounding: the samples have the very features of the reference, so they seem to be the same pictures. Compare with other real pictures.',
    ];
    expect(said(pictures, pictures, fid(1.2e-8, 5.7e-8))).toEqual([same]);
    expect(said(pictures, pictures, fid(1e-4, 1e-5))[0][0]).toBe('distance');
    const copies = (count: number) => ({ exact: { count, examples: [{ picture: 'a', other: 'b' }] } });
    const findings = { duplicates: { exact: { count: 0, examples: [] } }, memorized: copies(300) };
    expect(said(pictures, pictures, { ...fid(0, 5.7e-8), findings }).map(([kind]) => kind)).toEqual([
      'memorized',
    ]);
  });
});

describe('the verdict on classes that are named differently', () => {
  it('does not call them missing', () => {
    const setOf = (...names: string[]): SetFacts => ({ classes: names.map((name) => ({ name, n: 30 })) });
    expect(said(setOf('0', '1'), setOf('airplane', 'bird'))).toEqual([
      [
        'other-class-names',
        'caution',
        "The samples' classes (0 and 1) and the reference's (airplane and bird) have no name in common, so nothing is compared class by class: name both alike.",
      ],
    ]);
  });
});

describe('the verdict beside statistics that do not fit', () => {
  it('gives the reason in place of asking for a reference', () => {
    const { se, value, n, ...head } = entryOf('fid', [0, 0]);
    const reason = 'The reference has 16 features a picture and the samples have 480.';
    const content = makeContent(pictures, pictures);
    const { findings } = reachVerdict({
      ...content,
      metrics: [{ ...head, status: 'not-computed', reason }],
      reference: { ...content.samples, source: 'fstat.npz', kind: 'statistics' },
    });
    expect(findings.map(({ sentence }) => sentence)).toEqual([
      `The samples are not compared with fstat.npz. ${reason}`,
    ]);
  });
});
