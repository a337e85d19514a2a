import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { score } from '../../../src/evaluate/score.js';
import { openNetwork } from '../../../src/networks/network.js';
import { trainClassifier } from '../../../src/train/classifier/train-classifier.js';
import { writeClassFolders } from './class-folders.js';
import { colorSet } from './tiny.js';

let folder: string;
let pictures: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-train-'));
  pictures = join(folder, 'pictures');
  await writeClassFolders(pictures, colorSet(120, 12, 1));
});
afterAll(() => rm(folder, { recursive: true }));

const QUICK = {
  preset: 'inception-mnist',
  recipe: { epochs: 4, batchSize: 16, inputSize: 12 },
  backend: 'onnx',
  device: 'cpu',
  threads: 1,
} as const;

describe('trainClassifier', () => {
  it('makes an evaluator of class folders that a score takes, with a card that tells what it is', async () => {
    const out = join(folder, 'colors.onnx');
    const notes: string[] = [];
    const { card, path } = await trainClassifier(
      { ...QUICK, out, pictures },
      { onNote: (note) => notes.push(note) },
    );
    expect(path).toBe(out);
    expect(card.name).toBe('colors');
    expect(card.classes).toEqual(['blue', 'green', 'red']);
    expect(card.training).toMatchObject({
      pictures: 96,
      keptBack: 12,
      steps: 24,
      backend: 'onnx',
      seed: 2020,
    });
    expect(card.heldOut).toMatchObject({ pictures: 12 });
    expect(notes[0]).toContain('Training on 96 pictures of 3 classes');
    const confusion = card.heldOut?.confusion as number[][];
    expect(confusion.flat().reduce((a, b) => a + b)).toBe(12);
    const right = confusion.reduce((sum, row, i) => sum + row[i], 0);
    expect(right).toBeGreaterThan(8);
    expect(card.heldOut?.accuracy).toBeCloseTo(right / 12, 6);
    expect(Object.keys(card.heldOut?.accuracyReducedTo as object)).toEqual(['3', '6', 'method']);
    expect(JSON.parse(await readFile(join(folder, 'colors.json'), 'utf8'))).toEqual(card);
    expect((await openNetwork(out)).sha256).toBe(card.sha256);
    const { metrics } = await score({
      samples: pictures,
      classifier: out,
      metrics: ['accuracy'],
      cache: false,
    });
    expect(metrics[0]).toMatchObject({ status: 'ok', n: 120 });
    expect((await readdir(folder)).sort()).toEqual(
      ['colors.checkpoint', 'colors.json', 'colors.log.jsonl', 'colors.onnx', 'pictures'].sort(),
    );
  });

  it('does not run over a checkpoint unless asked to go on, and then only finishes', async () => {
    const options = { ...QUICK, out: join(folder, 'colors.onnx'), pictures };
    await expect(trainClassifier(options)).rejects.toThrow('of step 24: resume it with --resume');
    const before = await readFile(options.out);
    const { card } = await trainClassifier({ ...options, resume: true });
    expect(await readFile(options.out)).toEqual(before);
    expect(card.training).toMatchObject({ steps: 24 });
    await expect(trainClassifier({ ...options, resume: true, seed: 1 })).rejects.toThrow(
      'differs in pictures, seed',
    );
  });

  it('says what is wrong with what it was given', async () => {
    const out = join(folder, 'bad.onnx');
    await expect(trainClassifier({ out: join(folder, 'bad.bin') })).rejects.toThrow('ends in .onnx');
    await writeFile(join(folder, 'unlabeled.csv'), 'path\npictures/red/0.png\n');
    await expect(
      trainClassifier({ out, pictures: join(folder, 'unlabeled.csv'), backend: 'onnx' }),
    ).rejects.toThrow('no labels');
    await expect(trainClassifier({ out, test: pictures, backend: 'onnx' })).rejects.toThrow(
      'has a test split',
    );
    await expect(trainClassifier({ out, pictures, dataDir: folder, backend: 'onnx' })).rejects.toThrow(
      '--data-dir goes with',
    );
  });
});
