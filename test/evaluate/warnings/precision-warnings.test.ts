import { describe, expect, it } from 'vitest';
import { listPrecisionWarnings } from '../../../src/evaluate/warnings/precision-warnings.js';

const at = (largest: number) => ({ network: 'net', pictures: 100, median: 6.4e-4, largest });

describe('listPrecisionWarnings', () => {
  it('says how far features are, and of what is no rounding that nothing can be made of it', () => {
    expect(listPrecisionWarnings('tf32', [at(1.2e-3)])).toEqual([
      'net computed in TF32: its features are 6.4e-4 from those of float32 in the median of 100 pictures, 1.2e-3 at most (relative L2); compare the numbers with those of TF32 alone.',
    ]);
    expect(listPrecisionWarnings('fp16', [at(0.4)])[0]).toMatch(
      /4\.0e-1 at most \(relative L2\), which is too far for any use: leave --precision out\.$/,
    );
    expect(listPrecisionWarnings('float32', [])).toEqual([]);
  });
});
