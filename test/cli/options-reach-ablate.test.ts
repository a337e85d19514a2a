import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ablateOptionsSchema } from '../../src/ablate/options.js';
import { run } from '../../src/cli/main.js';
import { optionSpecs } from '../../src/cli/options/specs.js';
import { makeAblation } from '../report/ablation/ablation-fixture.js';

const { ablate, ablateIllustrated, planAblation } = vi.hoisted(() => ({
  ablate: vi.fn(),
  ablateIllustrated: vi.fn(),
  planAblation: vi.fn(),
}));
vi.mock('../../src/index.js', () => ({ ablate, ablateIllustrated, planAblation }));

/** A value that is not the default, as text of a flag, and as the library gets it. */
const VALUES: Record<keyof typeof ablateOptionsSchema.shape, [text: string, value: unknown]> = {
  reference: ['real', 'real'],
  labels: ['labels.csv', 'labels.csv'],
  array: ['train_images', 'train_images'],
  layout: ['nchw', 'nchw'],
  bitDepth: ['12', 12],
  range: ['-1..1', '-1..1'],
  sampleCount: ['500', 500],
  latent: ['normal:64', 'normal:64'],
  generatorClasses: ['10', 10],
  classDraw: ['random', 'random'],
  save: ['drawn', 'drawn'],
  referenceArray: ['test_images', 'test_images'],
  referenceLayout: ['chw', 'chw'],
  referenceBitDepth: ['10', 10],
  referenceRange: ['0..1', '0..1'],
  labelColumn: ['breed', 'breed'],
  split: ['test', 'test'],
  limit: ['100', 100],
  referenceLabels: ['none', 'none'],
  referenceLabelColumn: ['kind', 'kind'],
  referenceSplit: ['train', 'train'],
  referenceLimit: ['200', 200],
  metrics: ['accuracy,fid', ['accuracy', 'fid']],
  resolutions: ['8,16', [8, 16]],
  downsample: ['antialias', 'antialias'],
  model: ['other', 'other'],
  classifier: ['other', 'other'],
  classes: ['cat,dog', 'cat,dog'],
  classMap: ['map.csv', 'map.csv'],
  modelsDir: ['models', 'models'],
  inputSize: ['64', 64],
  normalize: ['[0,1]', '[0,1]'],
  featuresOutput: ['pool', 'pool'],
  logitsOutput: ['scores', 'scores'],
  device: ['cpu', 'cpu'],
  gpu: ['1', 1],
  precision: ['fp16', 'fp16'],
  threads: ['1', 1],
  batchSize: ['32', 32],
  profile: ['openai', 'openai'],
  splits: ['5', 5],
  shuffle: ['false', false],
  seed: ['7', 7],
  level: ['0.9', 0.9],
  alpha: ['black', 'black'],
  onBadImage: ['skip', 'skip'],
  maxBad: ['3', 3],
  pixelLimit: ['1e6', 1e6],
  maxMemory: ['800M', '800M'],
  cache: ['false', false],
  cacheDir: ['cache', 'cache'],
};

beforeEach(() => {
  ablate.mockReset().mockResolvedValue(makeAblation());
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

describe('ganeval ablate', () => {
  it.each(Object.entries(VALUES))('passes %s on', async (key, [text, value]) => {
    const name = optionSpecs().find((spec) => spec.key === key)?.flag;
    const flag = value === false ? [`--no-${name}`] : [`--${name}`, text];
    expect(await run(['ablate', 'one', 'two', ...flag])).toBe(0);
    expect(ablate.mock.calls[0][0]).toEqual({ samples: ['one', 'two'], [key]: value });
  });
});
