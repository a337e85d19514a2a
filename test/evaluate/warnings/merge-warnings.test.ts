import { describe, expect, it } from 'vitest';
import { mergeWarnings } from '../../../src/evaluate/warnings/merge-warnings.js';

const of = (subject: 'samples' | 'reference', text: string, title = 'MS-SSIM') => ({ title, subject, text });

describe('warnings of samples and reference', () => {
  it('are one where they say the same', () => {
    expect(mergeWarnings([of('samples', 'Too few.'), of('reference', 'Too few.')])).toEqual([
      'MS-SSIM of samples and reference: Too few.',
    ]);
  });

  it('are one with both numbers where they differ in numbers alone', () => {
    expect(
      mergeWarnings([of('samples', '12 of 300 pairs are 0.'), of('reference', '13 of 300 pairs are 0.')]),
    ).toEqual(['MS-SSIM: 12 (reference: 13) of 300 pairs are 0.']);
  });

  it('are one of all metrics that may share it and say the same', () => {
    const shared = (title: string, text: string) => ({ ...of('samples', text, title), isShared: true });
    expect(
      mergeWarnings([
        shared('Precision', 'No error.'),
        of('samples', 'No error.', 'FID'),
        shared('Recall', 'No error.'),
        shared('Vendi score', 'Another.'),
      ]),
    ).toEqual(['Precision, Recall: No error.', 'FID: No error.', 'Vendi score: Another.']);
  });

  it('stay apart where they say different things, or are of different metrics', () => {
    const apart = [of('samples', 'One.'), of('reference', 'Two.'), of('reference', 'One.', 'FID')];
    expect(mergeWarnings(apart)).toEqual([
      'MS-SSIM: One.',
      'MS-SSIM of the reference: Two.',
      'FID of the reference: One.',
    ]);
  });
});
