import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/main.js';
import { type OptionKey, optionSpecs } from '../../src/cli/options/specs.js';
import { ImagesError, NetworkError, StorageError, UsageError } from '../../src/core/errors.js';
import { makeResult } from '../report/result-fixture.js';

const { score, scoreIllustrated, planScore, scorePart } = vi.hoisted(() => ({
  score: vi.fn(),
  scoreIllustrated: vi.fn(),
  planScore: vi.fn(),
  scorePart: vi.fn(),
}));
vi.mock('../../src/index.js', () => ({ score, scoreIllustrated, planScore, scorePart }));

/** A value that is not the default, as text of a flag or variable, and as the library gets it. */
const VALUES: Record<OptionKey, [text: string, value: unknown]> = {
  reference: ['real', 'real'],
  features: ['false', false],
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
  validation: ['held-out', 'held-out'],
  validationSplit: ['test', 'test'],
  validationLimit: ['300', 300],
  fdrDivisors: ['imagenet-256', 'imagenet-256'],
  metrics: ['is,kid', ['is', 'kid']],
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
  kidSubsets: ['10', 10],
  kidSubsetSize: ['50', 50],
  kidKernel: ['rbf', 'rbf'],
  kidRbfSigma: ['5', 5],
  swdDirections: ['50', 50],
  msssimPairs: ['20', 20],
  pplEpsilon: ['0.01', 0.01],
  pplInterpolation: ['slerp_any', 'slerp_any'],
  pplResize: ['32', 32],
  level: ['0.9', 0.9],
  alpha: ['black', 'black'],
  onBadImage: ['skip', 'skip'],
  maxBad: ['3', 3],
  pixelLimit: ['1e6', 1e6],
  maxMemory: ['800M', '800M'],
  cache: ['false', false],
  cacheDir: ['cache', 'cache'],
};

let folder: string;
let stderr = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-options-'));
  stderr = '';
  score.mockReset().mockImplementation(async () => makeResult());
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('ends with 3 where not a single metric could be computed', async () => {
  const result = makeResult();
  const none = { status: 'not-computed', reason: 'There is one picture.' };
  score.mockImplementation(async () => ({
    ...result,
    metrics: result.metrics.map(({ id, subject, title, unit, direction }) => ({
      id,
      subject,
      title,
      unit,
      direction,
      ...none,
    })),
  }));
  expect(await run(['score', 'samples'])).toBe(3);
  score.mockImplementation(async () => result);
  expect(await run(['score', 'samples'])).toBe(0);
});

it('ends with 3 where only the reference has a number', async () => {
  const result = makeResult();
  const [first] = result.metrics;
  const { id, title, unit, direction } = first;
  const labels = {
    id,
    title,
    unit,
    direction,
    status: 'not-computed',
    reason: 'The samples have no labels.',
  };
  score.mockImplementation(async () => ({
    ...result,
    metrics: [
      { ...labels, subject: 'samples' },
      { ...first, subject: 'reference' },
    ],
  }));
  expect(await run(['score', 'samples', '--reference', 'real'])).toBe(3);
  expect(stderr).toContain(`No metric could be computed. ${title}: The samples have no labels.`);
});

it('names an option that the library refuses by its flag', async () => {
  score.mockRejectedValue(new UsageError('Option referenceSplit needs a reference: name one.'));
  expect(await run(['score', 'samples', '--reference-split', 'train'])).toBe(2);
  expect(stderr).toContain('Option --reference-split needs a reference');
});

/** The samples and options that score was called with. */
async function scored(...args: string[]): Promise<[string, Record<string, unknown>]> {
  const code = await run(['score', 'samples', ...args]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const [{ samples, ...options }] = score.mock.calls[0];
  return [samples, options];
}

function writeConfig(options: object): string {
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(options));
  return path;
}

describe.each(optionSpecs().map((spec) => [spec.key, spec] as const))('the option %s', (key, spec) => {
  const [text, value] = VALUES[key];

  it('reaches score from its flag', async () => {
    const flag = spec.kind === 'boolean' ? [`--no-${spec.flag}`] : [`--${spec.flag}`, text];
    expect(await scored(...flag)).toEqual(['samples', { [key]: value }]);
  });

  it('reaches score from its variable', async () => {
    vi.stubEnv(spec.variable, text);
    expect(await scored()).toEqual(['samples', { [key]: value }]);
  });

  it('reaches score from the config file, paths counted from the folder of the file', async () => {
    const isPath = ['reference', 'validation', 'labels', 'classMap', 'modelsDir', 'cacheDir'].includes(key);
    const expected = isPath ? resolve(folder, String(value)) : value;
    expect(await scored('--config', writeConfig({ [key]: value }))).toEqual(['samples', { [key]: expected }]);
  });
});

describe('several sources', () => {
  it('count in the order flag, environment, config file', async () => {
    const config = writeConfig({ $schema: 'config.schema.json', seed: 1, splits: 1, level: 0.5 });
    vi.stubEnv('GANEVAL_SEED', '2');
    vi.stubEnv('GANEVAL_SPLITS', '2');
    vi.stubEnv('GANEVAL_CONFIG', config);
    expect((await scored('--seed', '3'))[1]).toEqual({ seed: 3, splits: 2, level: 0.5 });
  });

  it('leaves out what nobody names, so that the library fills in its defaults', async () => {
    expect((await scored())[1]).toEqual({});
  });

  it('lets the last of a repeated flag count', async () => {
    expect((await scored('--seed', '1', '--no-cache', '--seed', '2', '--cache'))[1]).toEqual({
      seed: 2,
      cache: true,
    });
  });

  it('leaves the path of a network in a config file to its folder, and its name alone', async () => {
    const config = writeConfig({ model: 'nets/a.onnx', classifier: 'auto' });
    expect((await scored('--config', config))[1]).toEqual({
      model: join(folder, 'nets/a.onnx'),
      classifier: 'auto',
    });
  });

  it('takes names that begin with a dash after --', async () => {
    await run(['score', '--seed', '1', '--', '--odd']);
    expect(score.mock.calls[0][0]).toEqual({ samples: './--odd', seed: 1 });
  });

  it('share the rest of the command line with --dry-run and --shard', async () => {
    planScore.mockResolvedValue({
      passes: [],
      metrics: ['is'],
      resolutions: [],
      device: null,
      picturesPerSecond: null,
      estimatedSeconds: 0,
    });
    expect(await run(['score', 'samples', '--dry-run', '--seed', '3'])).toBe(0);
    expect(planScore.mock.calls[0][0]).toEqual({ samples: 'samples', seed: 3 });
    scorePart.mockResolvedValue({ out: 'part', pictures: 5 });
    expect(await run(['score', 'samples', '--shard', '2/3', '--out', 'part', '--seed', '3'])).toBe(0);
    const part = { index: 2, of: 3, out: 'part' };
    expect(scorePart.mock.calls[0][0]).toEqual({ samples: 'samples', seed: 3, part });
    expect(score).not.toHaveBeenCalled();
  });

  it('take metrics written as papers write them, from every source', async () => {
    const metrics = ['fid', 'is', 'fid-infinity'];
    expect((await scored('--metrics', 'FID,Is,FID-infinity'))[1]).toEqual({ metrics });
    expect((await scored('--config', writeConfig({ metrics: ['FID', 'IS', 'Fid-Infinity'] })))[1]).toEqual({
      metrics,
    });
    vi.stubEnv('GANEVAL_METRICS', 'FID,IS,FID-INFINITY');
    expect((await scored())[1]).toEqual({ metrics });
  });

  it('notes a variable that nothing reads in every command, and knows those of other commands', async () => {
    vi.stubEnv('GANEVAL_CACHEDIR', 'x');
    vi.stubEnv('GAN_EVAL_SEED', '1');
    vi.stubEnv('GANEVAL_MODELS_MIRROR', 'x');
    vi.stubEnv('GANEVAL_SPLITS', '');
    vi.stubEnv('GANEVAL_FROBNICATE', '1');
    await run(['completion', 'bash']);
    expect(stderr.split('\n').sort()).toEqual([
      '',
      'Nothing reads the environment variable GANEVAL_CACHEDIR, perhaps GANEVAL_CACHE_DIR is meant.',
      'Nothing reads the environment variable GANEVAL_FROBNICATE.',
      'Nothing reads the environment variable GAN_EVAL_SEED, perhaps GANEVAL_SEED is meant.',
    ]);
  });

  it('notes a variable that nothing reads, unless it is to be quiet', async () => {
    vi.stubEnv('GANEVAL_BATCHSIZE', '3');
    await run(['score', 'samples']);
    expect(stderr).toContain('GANEVAL_BATCHSIZE, perhaps GANEVAL_BATCH_SIZE is meant');
    stderr = '';
    await run(['score', 'samples', '--quiet']);
    expect(stderr).toBe('');
  });
});

describe('wrong usage', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown option', ['--batch-sze', '3'], /no option --batch-sze, perhaps --batch-size is meant/],
    ['an unknown switch', ['--no-cach'], /perhaps --cache is meant/],
    ['a second argument', ['more'], /"more" is one argument too many/],
    ['an option without its value', ['--seed'], /--seed needs a value/],
    ['no number', ['--splits', 'many'], /--splits cannot be "many": it takes a number/],
    ['an empty number', ['--splits='], /--splits cannot be "": it takes a number/],
    ['no whole number', ['--seed', '1.5'], /--seed cannot be 1.5: it takes a whole number/],
    ['too small a number', ['--splits', '0'], /--splits cannot be 0: it takes a number of at least 1/],
    ['too large a number', ['--level', '1'], /--level cannot be 1: it takes a number of at most 0.999999/],
    ['an unknown choice', ['--device', 'gpu'], /--device cannot be "gpu": it takes auto, cpu, webgpu, cuda/],
    [
      'an unknown choice in a list',
      ['--metrics', 'is,fd'],
      /--metrics cannot be "fd", perhaps fid is meant: it takes is, accuracy/,
    ],
    ['a word that is like none', ['--metrics', 'x'], /--metrics cannot be "x": it takes is, accuracy/],
    ['a switch with a value', ['--cache=maybe'], /--cache cannot be "maybe": it takes true, false/],
    ['a negated option', ['--no-device'], /--device needs a value/],
    ['two reports on stdout', ['--json', '-', '--csv', '-'], /Only one report .* --json and --csv/],
    ['a report in no folder', ['--json', '/no/such/folder/x.json'], /there is no folder/],
    ['a report that is a folder', ['--markdown', '.'], /is a folder/],
    ['a part without a folder', ['--shard', '1/2'], /--shard needs --out/],
    ['a folder without a part', ['--out', 'x'], /--out goes with --shard/],
    ['a part that is none', ['--shard', '3/2', '--out', 'x'], /--shard cannot be "3\/2"/],
    [
      'a report of a part',
      ['--shard', '1/2', '--out', 'x', '--json', '-'],
      /--json goes with "ganeval merge"/,
    ],
    ['no config file', ['--config', '/no/such/file'], /config file \/no\/such\/file cannot be read/],
  ])('is %s: exit code 2 and one sentence that points at help', async (_, args, message) => {
    expect(await run(['score', 'samples', ...args])).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^ganeval: [^\n]*; see "ganeval score --help"\.\n$/);
    expect(score).not.toHaveBeenCalled();
  });

  it.each<[object | string, RegExp]>([
    [{ batchsize: 3 }, /unknown option "batchsize", perhaps batchSize is meant/],
    [{ batchSize: '3' }, /"batchSize" in .*config\.json cannot be "3": it takes a number/],
    [{ metrics: [] }, /"metrics" .* it takes a list that is not empty/],
    [['is'], /must hold one JSON object/],
  ])('is the config file %j', async (options, message) => {
    expect(await run(['score', 'samples', '--config', writeConfig(options as object)])).toBe(2);
    expect(stderr).toMatch(message);
  });

  it.each<[string[], RegExp]>([
    [[], /No command was given; see "ganeval --help"/],
    [['scor'], /no command "scor", perhaps score is meant/],
    [['score'], /ganeval score needs PICTURES; see "ganeval score --help"/],
    [['cache'], /No command was given; see "ganeval cache --help"/],
    [['cache', 'inf'], /no command "cache inf", perhaps info is meant/],
    [['cache', 'prune'], /Say what to remove/],
    [['cache', 'prune', '--max-size', '2X'], /--max-size cannot be "2X"/],
    [['stats', 'real'], /--output must be given/],
    [['stats', 'real', '-o', 'x.npz', '--splits', '3'], /no option --splits/],
    [['data', 'pull', 'imagenet', '--out', 'x'], /name cannot be "imagenet": it takes cifar10, mnist/],
  ])('is ganeval %j', async (args, message) => {
    expect(await run(args)).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('an error', () => {
  it.each([
    [ImagesError, 3],
    [NetworkError, 4],
    [StorageError, 6],
    [TypeError, 5],
  ])('of %o ends with exit code %i and one line', async (Kind, code) => {
    score.mockRejectedValue(new Kind('It is\nbroken.'));
    expect(await run(['score', 'samples'])).toBe(code);
    expect(stderr).toMatch(/^ganeval: It is\\nbroken\..*\n$/);
    expect(stderr.includes('--debug')).toBe(code === 5);
  });

  it('shows its stack and its cause with --debug', async () => {
    score.mockRejectedValue(new Error('outer', { cause: new Error('inner') }));
    await run(['score', 'samples', '--debug']);
    expect(stderr).toMatch(/Error: outer\n +at /);
    expect(stderr).toMatch(/caused by Error: inner\n +at /);
  });

  it('of being interrupted ends with exit code 130 and no complaint', async () => {
    score.mockRejectedValue(new DOMException('stopped', 'AbortError'));
    expect(await run(['score', 'samples'])).toBe(130);
    expect(stderr).toBe('');
  });
});

describe('--like', () => {
  it('follows the tool and prints its command on stderr', async () => {
    expect(await run(['score', 'samples', '--like', 'pytorch-fid'])).toBe(0);
    expect(score.mock.calls[0][0]).toMatchObject({ profile: 'pytorch-fid' });
    expect(stderr).toMatch(/\nWhere its numbers may differ: docs\/explanation\/compatibility\.md /);
  });

  it('refuses another profile beside it', async () => {
    expect(await run(['score', 'samples', '--like', 'pytorch-fid', '--profile', 'openai'])).toBe(2);
    expect(stderr).toContain('--like pytorch-fid implies --profile pytorch-fid: leave --profile openai out');
  });
});
