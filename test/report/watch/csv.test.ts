import { parseString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import { parseWatchLine, type WatchLine } from '../../../src/documents/watch.js';
import { watchCsvHead, watchCsvRows } from '../../../src/report/watch/csv.js';
import { makeCollapse, makeFailed, makeLine } from './watch-fixture.js';

async function readBack(lines: readonly WatchLine[]): Promise<Record<string, string>[]> {
  const text = `${await watchCsvHead()}${(await Promise.all(lines.map(watchCsvRows))).join('')}`;
  return new Promise((resolve, reject) => {
    const rows: Record<string, string>[] = [];
    parseString(text, { headers: true, strictColumnHandling: true })
      .on('data', (row) => rows.push(row))
      .on('data-invalid', (row) => reject(new Error(`columns: ${row}`)))
      .on('error', reject)
      .on('end', () => resolve(rows));
  });
}

describe('watch.csv', () => {
  it('has a row per metric and class, with what real pictures have, all digits, and events where they belong', async () => {
    const lines = [makeLine({ number: 1 }), makeLine({ number: 4, events: [makeCollapse()] })];
    for (const line of lines) parseWatchLine(line);
    const rows = await readBack(lines);
    expect(rows.map((row) => [row.step, row.metric, row.class].join(' '))).toEqual(
      ['1000', '4000'].flatMap((step) => [
        `${step} fid `,
        `${step} msssim `,
        ...['airplane', 'bird', 'cat'].map((each) => `${step} msssim ${each}`),
        `${step} accuracy `,
        ...['airplane', 'bird', 'cat'].map((each) => `${step} accuracy ${each}`),
      ]),
    );
    const [fid, , msssimOfAirplane] = rows;
    expect(fid).toMatchObject({
      set: 'step_001000.npz',
      status: 'scored',
      value: String(lines[0].metrics[0].value),
      se: '0.8',
      low: String(lines[0].metrics[0].interval?.low),
      level: '0.95',
      n: '300',
      real: '3.25',
      event: '',
      time: '2026-01-01T00:01:00.000Z',
    });
    expect(msssimOfAirplane.real).toBe('0.2');
    const told = rows.filter(({ event }) => event !== '');
    expect(told.map(({ metric, event, since, ...row }) => [metric, row.class, event, since])).toEqual([
      ['msssim', 'cat', 'collapse', 'step_003000.npz'],
    ]);
  });

  it('has a row with the reason for a set that failed and for a class without a value', async () => {
    const rows = await readBack([makeFailed({ number: 1 }), makeLine({ number: 2 })]);
    expect(rows[0]).toMatchObject({ status: 'failed', metric: '', value: '', reason: 'It is no archive.' });
    expect(rows.filter(({ reason }) => reason !== '').map((row) => [row.class, row.value])).toEqual([
      ['', ''],
      ['bird', ''],
    ]);
  });

  it('gives hostile names back, and none that a spreadsheet would run', async () => {
    for (const start of ['=1+1', '+1', '-1', '@x', '\t=1', '"', 'a,b', 'a\nb', '＝1']) {
      const name = (text: string) => `${start}${text}`;
      const rows = await readBack([makeLine({ number: 1, name }), makeFailed({ number: 2, name })]);
      expect(rows[2].class.replace(/^'/, '')).toBe(name('airplane'));
      expect(rows[9].reason.replace(/^'/, '')).toBe(name('It is no archive.'));
      for (const row of rows)
        for (const cell of [row.set, row.class, row.reason]) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝]/);
    }
  });

  it('tells an event of a metric that the set lacks in a row of its own', async () => {
    const event = { ...makeCollapse(), class: 'dog' };
    const rows = await readBack([makeLine({ number: 1, events: [event] })]);
    expect(rows.at(-1)).toMatchObject({ metric: 'msssim', class: 'dog', value: '', event: 'collapse' });
  });
});
