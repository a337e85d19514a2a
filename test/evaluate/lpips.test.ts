import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImagesError, NetworkError } from '../../src/core/errors.js';
import { mergeParts } from '../../src/distribute/merge.js';
import { scorePart } from '../../src/distribute/part.js';
import type { ComputedMetric } from '../../src/documents/result.js';
import { score } from '../../src/evaluate/score.js';
import { encodePng } from '../../src/images/write-png.js';
import { mean } from '../../src/math/statistics/statistics.js';
import { storeNetwork } from '../../src/networks/store/store.js';
import { GraphBuilder } from '../../src/onnx/graph.js';
import { tinyCard } from '../networks/tiny-card.js';
import { FIXTURE, fixturePictures } from './pictures.js';

let folder: string;
let modelsDir: string;

/** A network of pairs: the mean squared difference of two pictures. */
function squaredDifferences(): Uint8Array {
  const graph = new GraphBuilder('pairs', { opset: 18 });
  const pairs = graph.input('pairs', 'float32', ['m', 3, 'h', 'w']);
  const [a, b] = graph.nodes('Split', [pairs], 2, { axis: 0, num_outputs: 2 });
  const difference = graph.node('Sub', [a, b]);
  const squares = graph.node('Mul', [difference, difference]);
  const distances = graph.node('ReduceMean', [squares, graph.integers([1, 2, 3])], { keepdims: 0 });
  graph.output('distances', distances, 'float32', ['n']);
  return graph.toBytes();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-lpips-'));
  modelsDir = join(folder, 'models');
  const bytes = squaredDifferences();
  const { input, ...card } = tinyCard('lpips-vgg16', bytes);
  await storeNetwork(
    {
      ...card,
      input: { ...input, name: 'pairs', normalize: { scale: 1 / 255, offset: 0 } },
      outputs: { distances: { name: 'distances', width: 1 } },
    },
    bytes,
    modelsDir,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = (metrics: ('is' | 'lpips' | 'msssim')[]) => ({
  samples: FIXTURE,
  metrics,
  // All pairs of a class of twenty.
  msssimPairs: 190,
  modelsDir,
  cacheDir: join(folder, 'cache'),
});

/** The mean over all pairs of each class, from the pixels. */
async function expectedOfClasses(): Promise<number[]> {
  const pictures = await fixturePictures();
  const classes = [...new Set(pictures.map(({ label }) => label))];
  return classes.map((label) => {
    const own = pictures.filter((each) => each.label === label).map(({ picture }) => picture.pixels);
    const values = own.flatMap((a, i) =>
      own.slice(0, i).map((b) => mean(Array.from(a, (value, at) => ((value - b[at]) / 255) ** 2))),
    );
    return mean(values);
  });
}

test('LPIPS is the mean of the distances of all pairs, class by class, and is kept', async () => {
  const expected = await expectedOfClasses();
  const first = await score(options(['lpips']));
  const [entry] = first.metrics as ComputedMetric[];
  expect(entry).toMatchObject({ id: 'lpips', status: 'ok', n: 1900, extractor: { name: 'lpips-vgg16' } });
  expect(entry.value).toBeCloseTo(mean(expected), 6);
  expect(entry.perClass?.map(({ value }) => value)).toEqual(expected.map((each) => expect.closeTo(each, 6)));
  let kept = 0;
  const again = await score(options(['lpips', 'msssim']), {
    onProgress: (event) => {
      if (event.label.startsWith('LPIPS')) kept = event.kept ?? 0;
    },
  });
  expect(again.metrics.find(({ id }) => id === 'lpips')).toEqual(entry);
  expect(again.metrics.map(({ id }) => id)).toEqual(['msssim', 'lpips']);
  expect(kept).toBe(1900);
});

test('is the same of parts that are merged, byte for byte', async () => {
  const input = { ...options(['lpips', 'msssim', 'is']), msssimPairs: 25 };
  const parts = [1, 2, 3].map((index) => ({ index, of: 3, out: join(folder, `part-${index}`) }));
  for (const part of parts) await scorePart({ ...input, part });
  const { run: _merged, ...merged } = await mergeParts({ parts: parts.map(({ out }) => out), modelsDir });
  const { run: _whole, ...whole } = await score({ ...input, cacheDir: join(folder, 'whole') });
  expect(JSON.stringify(merged)).toBe(JSON.stringify(whole));
  expect(merged.metrics.find(({ id }) => id === 'lpips')).toMatchObject({ status: 'ok', n: 250 });
});

test('pairs alone are not divided into parts, which could not be joined', async () => {
  const part = { index: 1, of: 2, out: join(folder, 'part-of-pairs') };
  await expect(scorePart({ ...options(['lpips', 'msssim']), part })).rejects.toThrow(
    'Parts are joined by what a network gives of each picture, and msssim and lpips alone read pairs: name a metric of a network too, such as is, or score without --shard.',
  );
});

test('is not computed without being named, and needs no network then', async () => {
  const { metrics } = await score({ ...options(['msssim']), modelsDir: join(folder, 'none') });
  expect(metrics.map(({ id }) => id)).toEqual(['msssim']);
});

test('says how to get its network, and which pictures it can not take', async () => {
  const missing = score({ ...options(['lpips']), modelsDir: join(folder, 'none') });
  await expect(missing).rejects.toThrow(NetworkError);
  await expect(missing).rejects.toThrow('fetch it with "ganeval models pull lpips-vgg16"');
  const small = join(folder, 'small');
  await mkdir(join(small, 'a'), { recursive: true });
  for (const name of ['x', 'y']) {
    const pixels = new Uint8Array(8 * 8 * 3);
    await writeFile(
      join(small, 'a', `${name}.png`),
      await encodePng({ width: 8, height: 8, channels: 3, pixels }),
    );
  }
  const tooSmall = score({ ...options(['lpips']), samples: small });
  await expect(tooSmall).rejects.toThrow(ImagesError);
  await expect(tooSmall).rejects.toThrow('LPIPS needs pictures of 16 pixels a side or more');
});

test('a network of pairs is no model', async () => {
  await expect(score({ ...options(['is']), model: 'lpips-vgg16' })).rejects.toThrow(
    'compares pairs of pictures and gives none of them features',
  );
});
