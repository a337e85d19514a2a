import { describe, expect, it } from 'vitest';
import type { TrainingRecord } from '../../../src/documents/training.js';
import { pickEvenly, thinPoints } from '../../../src/report/charts/thin-points.js';
import { toTrainingHtml } from '../../../src/report/training/html.js';
import { readPage } from '../page/page-structure.js';
import { makeTrainingRecord } from './training-fixture.js';

const textOf = async (record: TrainingRecord) => readPage(await toTrainingHtml(record)).texts.join('\n');

describe('the page of a training', () => {
  it('tells how far the run is and where each number stands', async () => {
    const text = await textOf(await makeTrainingRecord());
    expect(text).toContain('3,000 of 6,000 steps in 20 min 34 s');
    expect(text).toContain('4×4 in color, of 3 classes');
    expect(text).toMatch(/Fréchet Inception Distance\n+30\.0\n+interval \n*\[26\.7, 33\.0\]/);
    expect(text).toContain('90.0 after step 1,000');
    expect(text).toMatch(/Real pictures: \n*5\.3/);
    expect(text).toContain('25.00 %');
    expect(text).toContain('The scores are of 500 samples only.');
  });

  it('draws losses together, shares apart, metrics with bands, and classes in one chart', async () => {
    const { texts, tags } = readPage(await toTrainingHtml(await makeTrainingRecord()));
    const figures = tags.filter(({ attributes }) => attributes.class === 'chart');
    expect(figures.map(({ attributes }) => attributes['aria-labelledby'].split(' ')[0])).toEqual([
      'chart-metric-0-title',
      'chart-metric-1-title',
      'chart-metric-2-title',
      'chart-loss-0-title',
      'chart-loss-1-title',
    ]);
    const text = texts.join('\n');
    for (const heading of [
      'Losses',
      'Shares while training',
      'MS-SSIM within classes by class',
      'Test error',
    ])
      expect(text).toContain(heading);
    expect(text.match(/Bands are confidence intervals/g)).toHaveLength(1);
    expect(text.match(/real pictures/g)).toHaveLength(1);
    expect(text).toContain('bird after step 3,000: 0.2300');
  });

  it('shows the last grid in full and those before it, as pictures that stand in the page', async () => {
    const record = await makeTrainingRecord();
    const images = readPage(await toTrainingHtml(record)).tags.filter(({ name }) => name === 'img');
    expect(images.map(({ attributes }) => attributes.alt.slice(0, 23))).toEqual([
      'Samples after step 3,00',
      'Samples after step 1,00',
      'Samples after step 2,00',
    ]);
    const [, base64] = images[0].attributes.src.split('base64,');
    expect(Buffer.from(base64, 'base64')).toEqual(Buffer.from(record.grids[2].png));
  });

  it('leaves out earlier grids that would make it heavy', async () => {
    const record = await makeTrainingRecord();
    const [grid] = record.grids;
    const grids = Array.from({ length: 10 }, (_, i) => ({ ...grid, step: i, png: new Uint8Array(2e6) }));
    const page = await toTrainingHtml({ ...record, grids });
    expect(page.length).toBeLessThan(18e6);
    expect(page.match(/<img/g)).toHaveLength(6);
  });

  it('stands without scores, grids and classes', async () => {
    const record = await makeTrainingRecord();
    const text = await textOf({
      ...record,
      form: { ...record.form, channels: 1, classNames: [] },
      steps: { done: 1, planned: 1 },
      curves: record.curves.slice(0, 1),
      grids: [],
      warnings: [],
    });
    expect(text).toContain('1 step in');
    expect(text).toContain('4×4 in gray.');
    expect(text).not.toContain('Scores of the samples');
  });

  it('draws more classes than colors as one crowd, and names them in the table', async () => {
    const record = await makeTrainingRecord();
    const curve = record.curves.find(({ className }) => className)!;
    const curves = Array.from({ length: 30 }, (_, i) => ({ ...curve, className: `class ${i}` }));
    const { texts, tags } = readPage(await toTrainingHtml({ ...record, curves }));
    expect(tags.some(({ attributes }) => attributes.class === 'legend')).toBe(false);
    expect(texts.join('\n')).toContain('Each line is a class');
    expect(texts).toContain('class 29');
  });

  it('leaves out what is no number', async () => {
    const record = await makeTrainingRecord();
    const points = [
      { step: 1, value: 2 },
      { step: 2, value: Number.NaN },
    ];
    const page = await toTrainingHtml({ ...record, curves: [{ ...record.curves[0], points }] });
    expect(page.slice(0, page.indexOf('<script>'))).not.toContain('NaN');
  });
});

describe('thinPoints', () => {
  it('gives means of neighbors at the last step of each group', () => {
    const points = [1, 2, 3, 4, 5].map((step) => ({ step, value: step * 10 }));
    expect(thinPoints(points, 3)).toEqual([
      { step: 2, value: 15 },
      { step: 4, value: 35 },
      { step: 5, value: 50 },
    ]);
  });

  it('keeps points with intervals', () => {
    const points = [1, 2, 3].map((step) => ({ step, value: step, low: 0, high: 9 }));
    expect(thinPoints(points, 2)).toEqual(points);
  });
});

describe('pickEvenly', () => {
  it('takes the first, the last and others between', () => {
    const list = Array.from({ length: 11 }, (_, i) => i);
    expect(pickEvenly(list, 3)).toEqual([0, 5, 10]);
    expect(pickEvenly(list, 20)).toEqual(list);
  });
});
