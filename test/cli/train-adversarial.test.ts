import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeTrainCommand } from '../../src/cli/commands/train/adversarial.js';
import { run } from '../../src/cli/main.js';
import { SettingOptions } from '../../src/cli/options/setting-options.js';
import { FAMILY_NAMES, loadFamilyFacts } from '../../src/train/families.js';
import { captureOutput, type Output } from './capture-output.js';

const library = vi.hoisted(() => ({ trainGan: vi.fn(), sample: vi.fn() }));
vi.mock('../../src/train/train-gan.js', () => library);
vi.mock('../../src/train/sample.js', () => library);

let output: Output;

beforeEach(() => {
  output = captureOutput();
  library.trainGan.mockImplementation(async (_name, { out }) => ({
    ...{ folder: out, checkpoint: join(out, 'checkpoint.safetensors'), steps: 7, seconds: 1 },
  }));
  library.sample.mockImplementation(async (_run, { out, count }) => ({
    ...{ path: out, count, seed: 3, step: 7, classes: [], consistency: [] },
  }));
});

afterEach(() => {
  vi.restoreAllMocks();
  library.trainGan.mockReset();
  library.sample.mockReset();
});

/** What the library was given, without what is undefined. */
const given = (call: ReturnType<typeof vi.fn>) => {
  const [first, options] = call.mock.calls[0];
  return [first, JSON.parse(JSON.stringify(options))];
};

const flagsOf = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([flag, value]) => `--${flag}=${value}`);

describe('ganeval train gan, improved, acgan', () => {
  it('leave every default to the trainer', async () => {
    for (const name of FAMILY_NAMES) {
      library.trainGan.mockClear();
      output.stdout = '';
      expect(await run(['train', name, '-o', 'runs/x'])).toBe(0);
      expect(given(library.trainGan)).toEqual([
        name,
        { out: 'runs/x', settings: {}, conditions: {}, resume: false },
      ]);
      expect(output.stdout).toBe(`${join('runs/x', 'checkpoint.safetensors')}\n`);
    }
    expect(output.stderr).toContain('Trained 7 steps');
  });

  it('pass every option on', async () => {
    const flags = {
      preset: 'cifar10',
      steps: '9',
      'batch-size': '64',
      'discriminator-rate': '3e-4',
      backend: 'onnx',
      'checkpoint-minutes': '0.5',
      'grid-every': '10',
      'eval-every': '20',
      'eval-samples': '100',
      'on-collapse': 'rollback',
      model: 'm.onnx',
      classifier: 'inception-cifar10',
      'class-map': 'map.csv',
      'models-dir': 'store',
      'input-size': '32',
      normalize: '[0,1]',
      'features-output': 'f',
      'logits-output': 'l',
      classes: 'cat, dog',
      test: 't',
      'data-dir': 'd',
      seed: '9',
      device: 'cpu',
      threads: '2',
      'cache-dir': 'k',
    };
    expect(await run(['train', 'acgan', 'scans', '--out=r', '--resume', ...flagsOf(flags)])).toBe(0);
    expect(given(library.trainGan)).toEqual([
      'acgan',
      {
        ...{ out: 'r', pictures: 'scans', preset: 'cifar10', steps: 9, backend: 'onnx', resume: true },
        settings: { batchSize: 64, discriminatorRate: 3e-4 },
        conditions: {},
        ...{ checkpointMinutes: 0.5, gridEvery: 10, evalEvery: 20, evalSamples: 100, onCollapse: 'rollback' },
        ...{ model: 'm.onnx', classifier: 'inception-cifar10', classMap: 'map.csv', modelsDir: 'store' },
        ...{ inputSize: 32, normalize: '[0,1]', featuresOutput: 'f', logitsOutput: 'l' },
        ...{ classes: ['cat', 'dog'], test: 't', dataDir: 'd' },
        ...{ seed: 9, device: 'cpu', threads: 2, cacheDir: 'k' },
      },
    ]);
  });

  it('end with exit code 1 where a collapse stopped them', async () => {
    library.trainGan.mockImplementation(async (_name, { out }) => ({
      ...{
        folder: out,
        checkpoint: join(out, 'checkpoint.safetensors'),
        steps: 7,
        seconds: 1,
        isStopped: true,
      },
    }));
    expect(await run(['train', 'gan', '-o', 'r', '--eval-every', '5', '--on-collapse', 'stop'])).toBe(1);
    expect(output.stderr).toContain(
      'Stopped by a collapse after step 7: the same command with --resume continues.',
    );
    expect(output.stdout).toBe(`${join('r', 'checkpoint.safetensors')}\n`);
  });

  it('refuse what makes no sense', async () => {
    for (const [flag, value] of [
      ['epochs', '1.5'],
      ['steps', '0'],
      ['batch-size', 'many'],
      ['dropout', '2'],
      ['eval-every', '-1'],
      ['classes', 'cat,'],
      ['preset', 'other'],
      ['loss', 'hinge'],
      ['on-collapse', 'pray'],
    ]) {
      output.stderr = '';
      expect(await run(['train', 'acgan', '--out', 'r', `--${flag}=${value}`])).toBe(2);
      expect(output.stderr).toContain(flag);
    }
    expect(await run(['train', 'acgan'])).toBe(2);
    output.stderr = '';
    expect(await run(['train', 'acgan', '-o', 'r', '--classifier', 'c.onnx'])).toBe(2);
    expect(output.stderr).toContain(
      '--classifier names a network that scores samples: say how often with --eval-every',
    );
    for (const [flag, value] of [
      ['test', '/nope'],
      ['class-map', 'x'],
      ['normalize', '[0,1]'],
      ['input-size', '64'],
    ]) {
      output.stderr = '';
      expect(await run(['train', 'gan', '-o', 'r', `--${flag}`, value])).toBe(2);
      expect(output.stderr).toMatch(new RegExp(`--${flag} .*: say how often with --eval-every`));
    }
    expect(library.trainGan).not.toHaveBeenCalled();
  });

  it('take options of a plan that go together, in train acgan alone', async () => {
    for (const [args, reason] of [
      [['--plan', '5y2'], '--plan cannot be "5y2": it takes groups x classes as 100x10'],
      [['--plan', 'classes:2,2'], 'names a number of classes twice'],
      [['--plan', '5', '--plan-group', '1'], '--plan-group does not go with --plan'],
      [['--plan', '5', '--resume'], '--resume does not go with --plan'],
      [['--plan', '5', '--model', 'm.onnx'], 'or how it groups classes with --group similar or hard'],
      [
        ['--plan', '5', '--test', 'x', '--group', 'hard'],
        '--test names pictures that the GAN is measured on',
      ],
      [['--plan', '5', '--classifier', 'm.onnx', '--group', 'hard'], '--classifier names a network'],
      [['--plan-group', '1', '--width', '2'], '--width stands in the plan for all of its groups'],
      [['--plan-group', '1', '--group', 'hard'], '--group stands in the plan'],
      [['--plan-group', '0'], '--plan-group'],
      [['--plan-group', '1', '--plan-status'], '--plan-status'],
      [['--plan-status', '--seed', '3'], '--seed does not go with --plan-status'],
      [['--plan-status'], 'has no plan.json'],
      [['--plan-group', '1'], 'has no plan.json'],
      [['--group', 'hard'], '--group goes with --plan'],
      [['--group', 'easy'], 'group'],
    ] as const) {
      output.stderr = '';
      expect(await run(['train', 'acgan', '-o', join(tmpdir(), 'no', 'plan'), ...args])).toBe(2);
      expect(output.stderr).toContain(reason);
    }
    expect(await run(['train', 'gan', '-o', 'r', '--plan', '5'])).toBe(2);
    expect(library.trainGan).not.toHaveBeenCalled();
  });

  it('offer every setting of their paper, and no word for two things', async () => {
    for (const name of FAMILY_NAMES) {
      const facts = await loadFamilyFacts(name);
      const settings = Object.keys(new SettingOptions(facts).options);
      const { shape } = facts.settings as unknown as { shape: object };
      expect(settings).toHaveLength(Object.keys(shape).length);
      const [preset] = Object.values(facts.presets);
      for (const key of Object.keys(preset.settings as object)) expect(shape).toHaveProperty(key);
      const { options } = await makeTrainCommand(name);
      const own = [
        'out',
        'preset',
        'epochs',
        'steps',
        'resume',
        'test',
        'classes',
        'model',
        'classifier',
        'class-map',
        'models-dir',
        'input-size',
        'normalize',
        'features-output',
        'logits-output',
        'seed',
        'device',
        'report',
      ];
      for (const flag of [...own, ...settings]) expect(options).toHaveProperty(flag);
      for (const flag of own) expect(settings).not.toContain(flag);
    }
  });
});

describe('ganeval sample', () => {
  it('passes every option on', async () => {
    const flags = { class: 'cat,dog', seed: '0', backend: 'onnx', device: 'cpu', threads: '2' };
    const ofPlan = ['--unfinished', '--classes-per-model', '2'];
    expect(await run(['sample', 'runs/x', '-n', '500', '-o', 'samples', ...ofPlan, ...flagsOf(flags)])).toBe(
      0,
    );
    expect(given(library.sample)).toEqual([
      'runs/x',
      {
        ...{ out: 'samples', count: 500, classes: ['cat', 'dog'], seed: 0 },
        ...{ unfinished: true, classesPerModel: 2 },
        conditions: {},
        ...{ backend: 'onnx', device: 'cpu', threads: 2 },
      },
    ]);
    expect(output.stdout).toBe('samples\n');
    expect(output.stderr).toContain('Drew 500 samples of the generator after 7 steps, with seed 3.');
  });

  it('refuses numbers that are none, and a file that cannot be', async () => {
    expect(await run(['sample', 'runs/x', '-n', '0', '-o', 's'])).toBe(2);
    expect(await run(['sample', 'runs/x', '-n', '5', '-o', 's', '--seed=-1'])).toBe(2);
    expect(await run(['sample', 'runs/x', '-n', '5', '-o', join(tmpdir(), 'no', 'where.npz')])).toBe(2);
    expect(await run(['sample', 'runs/x', '-n', '5'])).toBe(2);
    expect(library.sample).not.toHaveBeenCalled();
  });
});
