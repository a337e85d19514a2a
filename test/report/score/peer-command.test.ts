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
  const { differences } = describePeerCommand(resultOf('torch-fidelity', { samples: zip, reference: zip }));
  expect(differences.filter((each) => each.includes('set.zip'))).toEqual([
    'It reads folders of pictures: put those of set.zip into one, and name that.',
  ]);
  expect(describePeerCommand(resultOf('torch-fidelity')).differences.join()).not.toContain('put those of');
});

describe('the command of each tool', () => {
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

describe('what may differ', () => {
  it('is every value where the network is another', () => {
    const result = resultOf('torch-fidelity');
    const differ = (each: EvaluationResult) => describePeerCommand(each).differences.join('\n');
    expect(differ(result)).not.toContain('none will agree');
    for (const metric of result.metrics)
      if (metric.status === 'ok' && metric.extractor) metric.extractor.name = 'mine';
    expect(differ(result)).toContain('come from mine, not from the Inception v3 of 2015');
  });

  it('names the metrics that the tool has not', () => {
    expect(describePeerCommand(resultOf('pytorch-fid')).differences).toContain(
      'It has no IS, no KID, no MSSSIM.',
    );
  });

  it('says that subsets were reduced, sizes are mixed, sub-folders are not searched', () => {
    const samples = {
      ...makeResult().samples,
      count: 200,
      sizes: { smallest: [8, 8] as [number, number], largest: [9, 9] as [number, number] },
    };
    expect(describePeerCommand(resultOf('torch-fidelity', { samples })).differences.join('\n')).toMatch(
      /refuses KID subsets of 1000[\s\S]*several sizes/,
    );
    expect(describePeerCommand(resultOf('pytorch-fid')).differences.join('\n')).toContain('sub-folders');
  });
});

it('as text, holds no control characters', () => {
  const samples = { ...makeResult().samples, source: '\u001b[31mred' };
  const [first, command] = peerCommandLines(resultOf('pytorch-fid', { samples }));
  expect(first).toBe('The same with pytorch-fid:');
  expect(command).toContain('\\u{1b}[31mred');
});
