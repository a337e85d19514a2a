import { describe, expect, it } from 'vitest';
import type { TrainingRecord } from '../../../src/documents/training.js';
import { toTrainingCsv } from '../../../src/report/training/csv.js';

describe('toTrainingCsv', () => {
  it('has a row per number and no losses, and no cell that a spreadsheet would run', async () => {
    const record: TrainingRecord = {
      ...{ title: 't', family: 'gan', settings: [], seconds: 1, grids: [], provenance: [], warnings: [] },
      form: { size: 8, channels: 3, classNames: ['=cat'] },
      steps: { done: 2, planned: 2 },
      curves: [
        { name: 'lossD', title: 'lossD', kind: 'loss', points: [{ step: 1, value: 9 }] },
        {
          ...{ name: 'msssim', title: 'MS-SSIM', kind: 'metric', className: '=cat', reference: 0.25 },
          points: [
            { step: 0, value: 1 },
            { step: 2, value: 0.5, low: 0.4, high: 0.6, se: 0.05, n: 100 },
          ],
        },
        { name: 'error', title: 'error', kind: 'measure', unit: '%', points: [{ step: 2, value: 7 }] },
      ],
    };
    expect((await toTrainingCsv(record)).trimEnd().split('\n')).toEqual([
      'step,name,class,value,se,low,high,n,unit,reference',
      "0,msssim,'=cat,1,,,,,,0.25",
      "2,msssim,'=cat,0.5,0.05,0.4,0.6,100,,0.25",
      '2,error,,7,,,,,%,',
    ]);
  });
});
