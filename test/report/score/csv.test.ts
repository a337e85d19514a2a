import { parseString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../../src/documents/result.js';
import { toScoreCsv } from '../../../src/report/score/csv.js';
import { makeResult } from '../result-fixture.js';

type Row = Record<string, string>;

async function rowsOf(result: EvaluationResult): Promise<Row[]> {
  const text = await toScoreCsv(result);
  expect(text.endsWith('\n')).toBe(true);
  return new Promise((resolve, reject) => {
    const rows: Row[] = [];
    parseString<Row, Row>(text, { headers: true })
      .on('error', reject)
      .on('data', (row) => rows.push(row))
      .on('end', () => resolve(rows));
  });
}

describe('the CSV report', () => {
  it('has a row per metric, resolution, class, and class at a resolution', async () => {
    const rows = await rowsOf(makeResult());
    const accuracy = rows.filter((row) => row.metric === 'accuracy');
    expect(accuracy).toHaveLength(1 + 3 + 3 + 6);
    expect(rows.filter((row) => row.metric === 'msssim')).toHaveLength(1 + 3);
    expect(accuracy[0]).toMatchObject({
      subject: 'samples',
      value: '0.8796',
      std: '0.0101',
      n: '10000',
      class: '',
      level: '0.95',
    });
    expect(accuracy.find((row) => row.class === 'bird' && row.resolution === '16')!.value).toBe(
      String(0.6 + 2 / 10),
    );
    expect(accuracy.find((row) => row.class === '' && row.resolution === '16')).toMatchObject({
      low: '0.615',
      high: '0.634',
    });
  });

  it('keeps what was not computed, with the reason and no number', async () => {
    const rows = await rowsOf(makeResult());
    const fid = rows.find((row) => row.metric === 'fid')!;
    expect(fid).toMatchObject({ status: 'not-computed', value: '', n: '' });
    expect(fid.reason).toContain('--reference');
    const bird = rows.find((row) => row.metric === 'msssim' && row.class === 'bird')!;
    expect(bird).toMatchObject({ status: 'not-computed', value: '', reason: 'one picture', n: '1' });
  });

  it('brings names with commas, quotes and newlines through, and disarms formulas', async () => {
    for (const [name, read] of [
      ['a,"b"\nc', 'a,"b"\nc'],
      ['=1+1', "'=1+1"],
      ['@SUM(A1)', "'@SUM(A1)"],
      ['-2', "'-2"],
      ['+x', "'+x"],
      ['\t=1', "'\t=1"],
    ]) {
      const result = makeResult();
      for (const entry of result.metrics) {
        if (entry.status === 'ok' && entry.perClass) entry.perClass[0].class = name;
      }
      const found = (await rowsOf(result)).find((row) => row.metric === 'accuracy' && row.class !== '')!;
      expect(found.class).toBe(read);
    }
  });

  it('leaves negative numbers alone', async () => {
    const result = makeResult();
    const [is] = result.metrics;
    if (is.status === 'ok') is.value = -0.5;
    expect((await rowsOf(result))[0].value).toBe('-0.5');
  });
});
