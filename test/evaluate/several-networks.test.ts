import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mergeParts } from '../../src/distribute/merge.js';
import { scorePart } from '../../src/distribute/part.js';
import { type EvaluationResult, type MetricEntry, parseResult } from '../../src/documents/result.js';
import type { ScoreInput } from '../../src/evaluate/input.js';
import { planScore } from '../../src/evaluate/plan-score.js';
import { score } from '../../src/evaluate/score.js';
import { writeStatistics } from '../../src/evaluate/statistics/write-statistics.js';
import { gate } from '../../src/gate/gate.js';
import { findMetric } from '../../src/metrics/registry.js';
import { SHORTCUTS } from '../../src/metrics/shortcuts.js';
import { readCatalogue } from '../../src/networks/catalogue.js';
import { writeNetwork } from './made-networks.js';
import { FIXTURE, writeVariations } from './pictures.js';

const MODELS = ['inception-cifar10', 'inception-mnist'] as const;
const METRICS: ScoreInput['metrics'] = ['is', 'accuracy', 'msssim', 'fid', 'precision'];

let folder: string;
/** 400 different pictures in class folders: two shards. */
let many: string;
let input: ScoreInput;
let together: EvaluationResult;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-several-'));
  many = join(folder, 'many');
  await writeVariations(many, 2);
  input = {
    samples: many,
    reference: FIXTURE,
    metrics: METRICS,
    threads: 2,
    cacheDir: join(folder, 'together'),
  };
  together = await score({ ...input, model: [...MODELS] });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bytes = ({ run: _run, ...rest }: EvaluationResult) => JSON.stringify(rest);

/** The entries on a network, as those of a run with that network alone stand in a document. */
const alone = (entries: readonly MetricEntry[], network?: string) =>
  entries
    .filter((entry) => entry.network === network)
    .map(({ network: _network, title: _title, ...rest }) => rest);

/** An .onnx file with the card that it needs beside others. */
async function writeCarded(name: string, network: Parameters<typeof writeNetwork>[1] = {}): Promise<string> {
  const path = await writeNetwork(join(folder, `${name}.onnx`), network);
  const card = {
    name,
    input: {
      name: 'image',
      layout: 'NCHW',
      size: 32,
      resize: 'bilinear',
      normalize: { scale: [1, 1, 1], offset: [0, 0, 0] },
    },
    outputs: { features: { name: 'features', width: 48 }, logits: { name: 'logits', width: 10 } },
  };
  await writeFile(join(folder, `${name}.json`), JSON.stringify(card));
  return path;
}

describe('a score with two networks', () => {
  test('has the numbers of each alone, bit for bit, and what reads no network of --model once', async () => {
    const [first, second] = [
      await score({ ...input, model: MODELS[0], cacheDir: join(folder, 'first') }),
      await score({ ...input, model: MODELS[1], classifier: MODELS[0], cacheDir: join(folder, 'second') }),
    ];
    expect(alone(together.metrics)).toEqual(alone(first.metrics));
    const read = alone(second.metrics).filter(({ id }) => id !== 'accuracy' && id !== 'msssim');
    expect(alone(together.metrics, MODELS[1])).toEqual(read);
    expect(read.filter(({ subject }) => subject === 'samples')).toHaveLength(3);
    expect(together.settings.networks).toEqual([...MODELS]);
    expect(together.metrics.filter(({ id }) => id === 'fid').map(({ title }) => title)).toEqual([
      'Fréchet inception distance',
      'Fréchet distance (inception-mnist)',
    ]);
    expect(parseResult(JSON.parse(JSON.stringify(together)))).toEqual(together);
  });

  test('depends on no batch size, thread count, cache or part', async () => {
    const model = [...MODELS];
    const small = await score({ ...input, model, batchSize: 7, threads: 1, cache: false });
    expect(bytes(small)).toBe(bytes(together));
    // What one network left is there for the other run, and what is missing is computed.
    const warm = await score({ ...input, model, cacheDir: join(folder, 'first') });
    expect(bytes(warm)).toBe(bytes(together));
    expect(warm.run.picturesFromCache).toBeGreaterThan(0);
    const parts: string[] = [];
    for (const index of [1, 2]) {
      const out = join(folder, `part ${index}`);
      await scorePart({ ...input, model, part: { index, of: 2, out } });
      parts.push(out);
    }
    expect(bytes(await mergeParts({ parts }))).toBe(bytes(together));
  });

  test('is planned with a pass for each', async () => {
    const plan = await planScore({ ...input, model: [...MODELS], metrics: ['fid'] });
    expect(plan.passes.map(({ subject, network }) => `${subject} ${network}`)).toEqual(
      ['samples', 'reference'].flatMap((subject) => MODELS.map((name) => `${subject} ${name}`)),
    );
  });

  test('keeps the one where the other gives what is not finite', async () => {
    const made = await writeCarded('standardized', { standardize: true });
    const flat = join(folder, 'flat');
    await writeVariations(flat, 1);
    const { encodePng } = await import('../../src/images/write-png.js');
    const gray = {
      width: 32,
      height: 32,
      channels: 3 as const,
      pixels: new Uint8Array(32 * 32 * 3).fill(90),
    };
    await writeFile(join(flat, 'cat', 'flat.png'), await encodePng(gray));
    const asked: ScoreInput = { samples: flat, reference: FIXTURE, metrics: ['fid'], cache: false };
    const result = await score({ ...asked, model: ['inception-cifar10', made] });
    const [kept, lost] = result.metrics;
    expect(kept).toEqual((await score({ ...asked, model: 'inception-cifar10' })).metrics[0]);
    expect(lost).toMatchObject({ id: 'fid', network: 'standardized', status: 'not-computed' });
    expect(lost).toHaveProperty('reason', expect.stringMatching(/^The network standardized .*flat\.png/));
  });

  test('statistics are compared with on their own network alone', async () => {
    const out = join(folder, 'mnist.npz');
    await writeStatistics({ images: FIXTURE, out, model: MODELS[1], cacheDir: join(folder, 'together') });
    const both = { images: FIXTURE, out, model: [...MODELS] as [string, string] };
    await expect(writeStatistics(both)).rejects.toThrow('Statistics are of one network');
    const result = await score({ ...input, reference: out, metrics: ['fid'], model: [...MODELS] });
    expect(result.metrics[0]).toMatchObject({
      status: 'not-computed',
      reason: expect.stringContaining('is of inception-mnist'),
    });
    expect(result.metrics[1]).toMatchObject({ status: 'ok', network: MODELS[1] });
    const fid = ({ metrics }: EvaluationResult) =>
      metrics.find(({ id, network }) => id === 'fid' && network === MODELS[1]);
    expect((fid(result) as { value: number }).value).toBeCloseTo(
      (fid(together) as { value: number }).value,
      9,
    );
  });

  test('has no Inception Score of a network without class scores', async () => {
    const made = await writeCarded('blocks');
    const card = JSON.parse(await readFile(join(folder, 'blocks.json'), 'utf8'));
    await writeFile(
      join(folder, 'blocks.json'),
      JSON.stringify({ ...card, outputs: { features: card.outputs.features } }),
    );
    const { metrics } = await score({ ...input, metrics: ['is', 'fid'], model: ['inception-cifar10', made] });
    expect(metrics.map(({ id, network, subject }) => [id, network, subject])).toEqual([
      ['is', undefined, 'samples'],
      ['fid', undefined, 'samples'],
      ['is', undefined, 'reference'],
      ['fid', 'blocks', 'samples'],
    ]);
  });
});

describe('the gate', () => {
  test('scores pictures with all networks of its baseline', async () => {
    const cacheDir = join(folder, 'together');
    const { run: _run, ...before } = together;
    const { verdict, result } = await gate({
      samples: many,
      baseline: before,
      cacheDir,
    });
    expect(result.settings).toEqual(together.settings);
    expect(result.metrics).toEqual(together.metrics);
    expect(verdict.passed).toBe(true);
    expect(verdict.rows.some(({ metric, network }) => metric === 'fid' && network === MODELS[1])).toBe(true);
  });
});

describe('networks and metrics by name', () => {
  test('a metric on a network, with or without its profile, is that one number', async () => {
    const { metrics, settings } = await score({ ...input, metrics: ['fid@inception-mnist@openai'] });
    expect(metrics.map(({ id, network }) => [id, network])).toEqual([['fid', 'inception-mnist@openai']]);
    expect(settings.metrics).toEqual(['fid@inception-mnist@openai']);
    const [own] = metrics;
    const other = together.metrics.find(({ id, network }) => id === 'fid' && network === MODELS[1]);
    expect((own as { value: number }).value).toBe((other as { value: number }).value);
  });

  test('CMMD on the first network stays on it when the pictures are scored again', async () => {
    const asked: ScoreInput['metrics'] = ['cmmd@inception-cifar10', 'fid'];
    const { run: _run, ...before } = await score({ ...input, model: MODELS[0], metrics: asked });
    expect(before.settings.metrics).toEqual(['fid', 'cmmd@inception-cifar10']);
    const { verdict, result } = await gate({
      samples: many,
      baseline: before,
      cacheDir: join(folder, 'together'),
    });
    expect(result.metrics).toEqual(before.metrics);
    expect(verdict.rows.map(({ metric, status }) => `${metric} ${status}`)).toEqual([
      'fid pass',
      'cmmd pass',
    ]);
  });

  test.each([
    [{ model: ['inception-mnist', 'inception-mnist'] }, /one network that is fed in one way: name it once/],
    [{ model: ['inception-mnist', 'inception-mnist@openai'] }, /one network that is fed in one way/],
    [{ model: ['inception-mnist', 'auto'] }, /auto stands for one network/],
    [{ model: ['inception-mnist', 'inception-cifar10@pytorch'] }, /no profile "pytorch"/],
    [{ metrics: ['accuracy@inception-mnist'] }, /reads the classifier/],
    [{ metrics: ['msssim@inception-mnist'] }, /reads no network/],
    [{ metrics: ['fidd@inception-mnist'] }, /expected one of "is"/],
    [{ metrics: ['fd-dinov3'] }, /expected one of "is".*"fd-dinov2"/],
  ])('%j is refused', async (options, message) => {
    await expect(score({ ...input, ...(options as Partial<ScoreInput>) })).rejects.toThrow(message);
  });

  test('all networks that are missing are named before a picture is read', async () => {
    const missing = score({
      ...input,
      samples: join(folder, 'nowhere'),
      model: ['inception-v3', 'inception-v3-imagenet'],
      modelsDir: join(folder, 'no models'),
    });
    await expect(missing).rejects.toThrow(
      'inception-v3, inception-v3-imagenet are not in the store yet: fetch them with "ganeval models pull inception-v3" and "ganeval models pull inception-v3-imagenet".',
    );
  });
});

describe('the shortcuts', () => {
  test.each(Object.entries(SHORTCUTS))('%s: there are its metric and its network', async (name, shortcut) => {
    const { metric, network } = shortcut;
    expect(findMetric(metric)).toBeDefined();
    expect((await readCatalogue()).map((entry) => entry.name)).toContain(network);
    const asked = score({ ...input, metrics: [name], modelsDir: join(folder, 'no models') });
    await expect(asked).rejects.toThrow(`fetch it with "ganeval models pull ${network}"`);
  });
});
