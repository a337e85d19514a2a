import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvaluationResult, parseResult } from '../../src/documents/result.js';
import { score } from '../../src/evaluate/score.js';
import { describeFindings } from '../../src/report/score/copies.js';

const CIFAR = join(import.meta.dirname, '../../fixtures/cifar10/test');
const GOLDEN = join(import.meta.dirname, '../../fixtures/golden/end-to-end/reference');

let folder: string;
let result: EvaluationResult;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-copies-'));
  const picture = (name: string) => join(CIFAR, name);
  await copyFile(picture('cat/00000.png'), join(folder, 'a.png'));
  await copyFile(picture('cat/00000.png'), join(folder, 'b.png'));
  await copyFile(picture('dog/00012.png'), join(folder, 'c.png'));
  // The same pixels in another file.
  await sharp(picture('dog/00012.png')).png({ compressionLevel: 1 }).toFile(join(folder, 'd.png'));
  await copyFile(join(GOLDEN, 'ship/00221.png'), join(folder, 'e.png'));
  await copyFile(picture('frog/00004.png'), join(folder, 'f.png'));
  await copyFile(picture('bird/00025.png'), join(folder, 'g.png'));
  result = await score({ samples: folder, reference: GOLDEN, metrics: ['precision'], cache: false });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('copies among the samples', () => {
  it('are found byte for byte', () => {
    expect(result.findings?.duplicates.exact).toEqual({
      count: 1,
      examples: [{ picture: 'b.png', other: 'a.png' }],
    });
  });

  it('are found by their features where the files differ, both of a pair counted, and the pair named once', () => {
    const near = result.findings?.duplicates.near;
    expect(near?.examples.map(({ picture, other }) => [picture, other])).toEqual([['c.png', 'd.png']]);
    expect(near?.count).toBe(2);
    expect(near?.examples[0].distance).toBeLessThan(near!.threshold);
  });

  it('are found without a reference, byte for byte alone', async () => {
    const alone = await score({ samples: folder, metrics: ['is'], cache: false });
    expect(alone.findings).toEqual({
      duplicates: { exact: { count: 1, examples: [{ picture: 'b.png', other: 'a.png' }] } },
    });
  });
});

describe('copies of the reference', () => {
  it('are found byte for byte', () => {
    expect(result.findings?.memorized?.exact).toEqual({
      count: 1,
      examples: [{ picture: 'e.png', other: 'ship/00221.png' }],
    });
  });

  it('do not count as near again', () => {
    expect(result.findings?.memorized?.near?.examples.map(({ picture }) => picture)).not.toContain('e.png');
  });
});

describe('single near copies of the reference', () => {
  it('are named though they are no more than chance gives, where nothing real lies so near', async () => {
    const samples = join(folder, 'few');
    await mkdir(samples);
    for (const name of ['frog/00004.png', 'bird/00025.png', 'cat/00000.png']) {
      await copyFile(join(CIFAR, name), join(samples, name.replace('/', '-')));
    }
    await sharp(join(GOLDEN, 'ship/00221.png'))
      .png({ compressionLevel: 1 })
      .toFile(join(samples, 'again.png'));
    const { findings } = await score({ samples, reference: GOLDEN, metrics: ['precision'], cache: false });
    expect(findings?.memorized?.near).toMatchObject({ moreThanChance: false, unmistakable: 1 });
    const told = describeFindings({ findings }).filter(({ bad }) => bad);
    expect(told.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /no more than chance explains, but for 1 that lies nearer than a third .*: again\.png and ship\/00221\.png\.$/,
      ),
    ]);
  });
});

describe('a document', () => {
  it('holds the findings, and one of before they were looked for is read too', () => {
    const { findings, ...before } = structuredClone(result);
    expect(parseResult(structuredClone(result)).findings).toEqual(findings);
    expect(parseResult(before).findings).toBeUndefined();
    expect(describeFindings({ ...before, findings: undefined })).toEqual([]);
  });

  it('tells of copies as bad, with examples', () => {
    const told = describeFindings(result);
    expect(told[0]).toEqual({
      text: '1 sample repeats another sample byte for byte: b.png and a.png.',
      bad: true,
    });
    expect(told[2].text).toContain('e.png and ship/00221.png');
  });
});
