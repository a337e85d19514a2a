import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { EvaluationResult, Settings } from '../../../src/documents/result.js';
import { describePeerCommand, peerCommandLines } from '../../../src/report/score/peer-command.js';
import { makeResult } from '../result-fixture.js';

function resultOf(profile: Settings['profile'], change: Partial<EvaluationResult> = {}): EvaluationResult {
  const result = makeResult();
  const metrics = ['is', 'fid', 'kid', 'msssim'].map((id) => ({
    ...{ id, subject: 'samples' as const, title: id.toUpperCase(), unit: '', direction: 'lower' as const },
    ...{ status: 'ok' as const, value: 1, n: 10 },
    extractor: { name: 'inception-v3', sha256: 'ab'.repeat(32), preprocessing: '' },
  }));
  const reference = { ...result.samples, source: 'real' };
  return { ...result, reference, metrics, settings: { ...result.settings, profile }, ...change };
}

/** What a shell makes of the arguments of a command. */
function argumentsOf(command: string): string[] {
  const [, rest] = /^\S+ (.*)$/s.exec(command) ?? [];
  return JSON.parse(
    execFileSync(
      'sh',
      ['-c', `"$0" -e 'console.log(JSON.stringify(process.argv.slice(1)))' -- ${rest}`, process.execPath],
      {
        encoding: 'utf8',
      },
    ),
  );
}

it('says once of what is no folder that the tools read folders', () => {
  const { samples } = makeResult();
  const zip = { ...samples, source: 'set.zip', kind: 'zip' };
  const { notes } = describePeerCommand(resultOf('torch-fidelity', { samples: zip, reference: zip }));
  expect(notes.filter((each) => each.includes('set.zip'))).toEqual([
    'It reads folders: put the pictures of set.zip into one, and name that folder.',
  ]);
  expect(describePeerCommand(resultOf('torch-fidelity')).notes.join()).not.toContain('put the pictures of');
});

describe('the command of each tool', () => {
  it('names the network of dgm-eval and says which it does not run', () => {
    const ask = (name: string) => {
      const { metrics } = resultOf('dgm-eval');
      const extractor = { name, sha256: 'ab'.repeat(32), preprocessing: '' };
      return describePeerCommand(
        resultOf('dgm-eval', { metrics: metrics.map((entry) => ({ ...entry, extractor })) }),
      );
    };
    expect(ask('dinov2-vit-l-14').command).toContain('--model dinov2 --arch vitl14');
    expect(ask('dinov2-vit-l-14').notes.join()).not.toContain('none will agree');
    expect(ask('vgg16').notes).toContain(
      'The numbers here come from vgg16, which the tool does not run: none will agree.',
    );
  });

  it('asks for the RBF kernel of KID where the tool has it, and says where it has not', () => {
    const ask = (profile: Settings['profile']) => {
      const result = resultOf(profile);
      const settings: Settings = { ...result.settings, kidKernel: 'rbf', kidRbfSigma: 2.5 };
      return describePeerCommand({ ...result, settings });
    };
    expect(ask('torch-fidelity').command).toContain(' --kid-kernel rbf --kid-kernel-rbf-sigma 2.5');
    expect(ask('clean-fid').command).not.toContain('compute_kid');
    expect(ask('clean-fid').notes.join()).toContain('KID by an RBF kernel');
  });

  it.each([
    [
      'torch-fidelity',
      'fidelity --cpu --isc --fid --kid --input1 samples --input2 real --samples-find-deep --rng-seed 2020 --isc-splits 10 --kid-subsets 100 --kid-subset-size 1000',
    ],
    [
      'openai',
      `python -c 'import glob, numpy, PIL.Image, model; files = sorted(glob.glob("samples/**/*.*", recursive=True)); print(model.get_inception_score([numpy.asarray(PIL.Image.open(f).convert('\\''RGB'\\'')) for f in files], splits=10))'`,
    ],
    ['pytorch-fid', 'python -m pytorch_fid real samples --device cpu'],
    [
      'clean-fid',
      `python -c 'from cleanfid import fid; print(fid.compute_fid("samples", "real", mode='\\''clean'\\'', num_workers=0, device='\\''cpu'\\'')); print(fid.compute_kid("samples", "real", mode='\\''clean'\\'', num_workers=0, device='\\''cpu'\\''))'`,
    ],
    ['dgm-eval', 'python -m dgm_eval real samples --model inception --metrics fd kd --device cpu'],
    ['cmmd', null],
    ['fdr', null],
  ] as const)('%s', (profile, command) => {
    expect(describePeerCommand(resultOf(profile)).command).toBe(command);
  });

  it('asks for the metrics that were computed and leaves the reference out where none needs it', () => {
    const { metrics } = resultOf('torch-fidelity');
    const command = (ids: string[]) =>
      describePeerCommand(
        resultOf('torch-fidelity', { metrics: metrics.filter(({ id }) => ids.includes(id)) }),
      ).command;
    expect(command(['is'])).not.toContain('input2');
    expect(command(['is'])).not.toContain('--fid');
    expect(command(['fid'])).toContain('--input2 real');
    expect(command(['msssim'])).toBeNull();
  });

  it('turns the shuffle off where it was off', () => {
    const result = resultOf('torch-fidelity');
    result.settings.shuffle = false;
    expect(describePeerCommand(result).command).toContain('--no-samples-shuffle');
  });

  it.each(["it's $HOME; rm -rf `x`", '-rf', 'a "b" c\\', 'zwei\nZeilen'])(
    'hands a shell the folder %j whole',
    (source) => {
      const samples = { ...makeResult().samples, source };
      expect(argumentsOf(describePeerCommand(resultOf('pytorch-fid', { samples })).command ?? '')).toContain(
        source,
      );
    },
  );
});

describe('the notes', () => {
  it('say that every value differs where the network is another', () => {
    const result = resultOf('torch-fidelity');
    const notes = (each: EvaluationResult) => describePeerCommand(each).notes.join('\n');
    expect(notes(result)).not.toContain('none will agree');
    for (const metric of result.metrics)
      if (metric.status === 'ok' && metric.extractor) metric.extractor.name = 'mine';
    expect(notes(result)).toContain('come from mine, not from the Inception v3 of 2015');
  });

  it('name the metrics that the tool has not', () => {
    expect(describePeerCommand(resultOf('pytorch-fid')).notes).toContain('It has no IS, no KID, no MSSSIM.');
  });

  it('say what the tool cannot read', () => {
    expect(describePeerCommand(resultOf('pytorch-fid')).notes.join('\n')).toContain('sub-folders');
    const reference = { ...makeResult().samples, source: 'real.npz', kind: 'statistics', classes: null };
    const notes = (profile: Settings['profile']) =>
      describePeerCommand(resultOf(profile, { reference })).notes.join('\n');
    expect(notes('clean-fid')).toContain('not a statistics file');
    expect(notes('pytorch-fid')).not.toContain('not a statistics file');
  });
});

it('asks for what the sets allow: subsets that fit, one picture at a time where sizes differ', () => {
  const samples = {
    ...makeResult().samples,
    count: 200,
    sizes: { smallest: [8, 8] as [number, number], largest: [9, 9] as [number, number] },
  };
  const command = (profile: Settings['profile']) =>
    describePeerCommand(resultOf(profile, { samples })).command;
  expect(command('torch-fidelity')).toMatch(/ --batch-size 1 .* --kid-subset-size 200$/);
  expect(command('pytorch-fid')).toContain(' --batch-size 1 ');
});

it('as text, holds no control characters', () => {
  const samples = { ...makeResult().samples, source: '\u001b[31mred' };
  const [first, command] = peerCommandLines(resultOf('pytorch-fid', { samples }));
  expect(first).toBe('The command of pytorch-fid 0.3.0 for the same metrics:');
  expect(command).toContain('"$(printf \'\\033[31mred\')"');
});
