import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ablate } from '../../src/ablate/ablate.js';
import { mergeParts } from '../../src/distribute/merge.js';
import { scorePart } from '../../src/distribute/part.js';
import { resolveOptions, type ScoreOptions } from '../../src/evaluate/options.js';
import { inspectPictures } from '../../src/evaluate/picture-set.js';
import { makePlan } from '../../src/evaluate/plan.js';
import { score } from '../../src/evaluate/score.js';
import type { ImageSource } from '../../src/images/image-source.js';
import { imagesInMemory } from '../../src/images/memory.js';

/** Two pictures of each of two numbered classes. */
function numbered(color: readonly [number, number, number]) {
  const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (Math.floor(i / 3) % 7) * color[i % 3]);
  const pictures = [0, 1, 0, 1].map((label, i) => ({ id: String(i), label, width: 16, height: 16, pixels }));
  return imagesInMemory({ name: 'numbered', pictures, classNames: ['0', '1'] });
}

const GRAY = [30, 30, 30] as const;
const COLOR = [10, 20, 30] as const;

async function networksOf(source: ImageSource, more: ScoreOptions = {}): Promise<(string | undefined)[]> {
  const options = {
    metrics: ['is' as const, 'accuracy' as const],
    splits: 1,
    resolutions: [16],
    cache: false,
  };
  const { metrics } = await score({ ...options, ...more, samples: source });
  return metrics.map((entry) => (entry.status === 'ok' ? entry.extractor?.name : entry.reason));
}

it('judges gray pictures of classes 0 and 1 by the network of digits', async () => {
  expect(await networksOf(numbered([...GRAY]))).toEqual(['inception-mnist', 'inception-mnist']);
});

it('judges pictures in color of classes 0 and 1 by no network, unless the user says what they are', async () => {
  const cifar = 'inception-cifar10';
  const source = () => numbered([...COLOR]);
  expect(await networksOf(source())).toEqual([
    cifar,
    expect.stringMatching(/^The classes are numbers \(0 to 1\)/),
  ]);
  expect(await networksOf(source(), { model: cifar })).toEqual([cifar, expect.stringContaining('--classes')]);
  for (const said of [{ classes: cifar }, { classes: 'ship, cat' }, { classifier: cifar }]) {
    expect(await networksOf(source(), said)).toEqual([cifar, cifar]);
  }
  expect(await networksOf(source(), { classes: 'ship,square' })).toEqual([
    cifar,
    expect.stringContaining(`doesn't know the class "square"`),
  ]);
  await expect(networksOf(source(), { classes: 'ship' })).rejects.toThrow(
    /--classes ship is no network with names of classes \(inception-cifar10, inception-mnist/,
  );
});

it('leaves a reference whose classes have names to the network, whatever numbers stand for', async () => {
  const named = imagesInMemory({
    name: 'named',
    classNames: ['ship', 'cat'],
    pictures: [0, 1].map((label) => ({
      id: String(label),
      label,
      width: 1,
      height: 1,
      pixels: Uint8Array.of(9, 8, 7),
    })),
  });
  const plan = await makePlan(
    resolveOptions({ classes: 'inception-cifar10' }),
    await inspectPictures('samples', numbered([...COLOR]), {}),
    await inspectPictures('reference', named, {}),
  );
  expect(plan.sets.map(({ classifier }) => classifier?.name)).toEqual([
    'inception-cifar10',
    'inception-cifar10',
  ]);
});

it('runs samples without labels and their reference through the network of its classes', async () => {
  const modelsOf = async (samples: ImageSource, reference: ImageSource) => {
    const plan = await makePlan(
      resolveOptions({}),
      await inspectPictures('samples', samples, {}),
      await inspectPictures('reference', reference, {}),
    );
    return [plan.model.name, ...plan.sets.map(({ model }) => model.name)];
  };
  const unlabeled = imagesInMemory({
    name: 'without labels',
    pictures: [{ id: 'a', width: 1, height: 1, pixels: Uint8Array.of(9, 9, 9) }],
  });
  expect(await modelsOf(unlabeled, numbered([...GRAY]))).toEqual(Array(3).fill('inception-mnist'));
  expect(await modelsOf(numbered([...GRAY]), unlabeled)).toEqual(Array(3).fill('inception-mnist'));
  expect(await modelsOf(unlabeled, unlabeled)).toEqual(Array(3).fill('inception-cifar10'));
  expect(await modelsOf(numbered([...GRAY]), numbered([...COLOR]))).toEqual(Array(3).fill('inception-mnist'));
});

const bare = (name: string) =>
  imagesInMemory({
    name,
    pictures: ['a', 'b'].map((id, i) => ({
      id,
      width: 16,
      height: 16,
      pixels: new Uint8Array(768).map((_, at) => (at / 3) * i),
    })),
  });

it('runs all sets of an ablation through one network', async () => {
  const { sets } = await ablate({
    samples: [numbered([...GRAY]), bare('other')],
    ...{ metrics: ['is'], splits: 1, resolutions: [8], cache: false },
  });
  const names = sets.flatMap(({ curves }) =>
    curves.map((curve) => (curve.status === 'ok' ? curve.extractor.name : curve.reason)),
  );
  expect(names).toEqual(Array(2).fill('inception-mnist'));
});

it('runs samples without labels through the network of their statistics', async () => {
  const digits = await inspectPictures('samples', numbered([...GRAY]), {});
  const { model } = await makePlan(resolveOptions({}), digits);
  const statistics = {
    name: 'digits.npz',
    statistics: { mu: new Float64Array(1), sigma: new Float64Array(1) },
    digest: '',
    network: model.identity,
  };
  const plan = await makePlan(
    resolveOptions({}),
    await inspectPictures('samples', bare('samples'), {}),
    statistics,
  );
  expect(plan.model.name).toBe('inception-mnist');
});

it.each([
  ['gray pictures', GRAY, 'inception-mnist'],
  ['pictures in color', COLOR, 'inception-cifar10'],
] as const)('merges parts of %s without the pictures', async (kind, color, network) => {
  const out = await mkdtemp(join(tmpdir(), 'ganeval-numbered-'));
  try {
    const options = { metrics: ['is' as const, 'accuracy' as const], splits: 1, resolutions: [16] };
    const source = numbered([...color]);
    await scorePart({ ...options, samples: source, part: { index: 1, of: 1, out } });
    const { run: _, ...merged } = await mergeParts({ parts: [out] });
    const { run: __, ...whole } = await score({ samples: source, ...options, cache: false });
    expect(merged).toEqual(whole);
    expect(merged.metrics.map((entry) => entry.status === 'ok' && entry.extractor?.name)).toEqual([
      network,
      kind === 'gray pictures' && network,
    ]);
  } finally {
    await rm(out, { recursive: true });
  }
});
