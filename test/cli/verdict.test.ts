import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputedMetric, type EvaluationResult, parseResult } from '../../src/documents/result.js';
import { ROOT } from '../docs/markdown.js';
import { readPage } from '../report/page/page-structure.js';
import { runProgram, SAMPLES } from './run-program.js';

const REAL = join(ROOT, 'fixtures/golden/end-to-end/reference');
const CLASSES = ['cat', 'dog', 'frog'];

describe('the first lines of a score', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ganeval-verdict-'));
    for (const name of CLASSES) {
      await cp(join(SAMPLES, name), file(`healthy/${name}`), { recursive: true });
      await cp(join(REAL, name), file(`real/${name}`), { recursive: true });
    }
    await cp(file('healthy'), file('collapsed'), { recursive: true });
    const [first, ...others] = await readdir(file('collapsed/frog'));
    for (const other of others) await cp(file(`collapsed/frog/${first}`), file(`collapsed/frog/${other}`));
    await mkdir(file('memorized'));
    for (const name of CLASSES)
      await cp(file(`real/${name}`), file(`memorized/${name}`), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function score(samples: string, ...more: string[]) {
    const outputs = ['json', 'html', 'markdown'].flatMap((name) => [`--${name}`, file(`${samples}.${name}`)]);
    const run = await runProgram([
      ...['score', file(samples), '--cache-dir', file('cache'), ...outputs],
      ...(more.length > 0 ? more : ['--reference', file('real')]),
    ]);
    expect(run.code).toBe(0);
    const read = (name: string) => readFile(file(`${samples}.${name}`), 'utf8');
    const result: EvaluationResult = parseResult(JSON.parse(await read('json')));
    return { ...run, result, markdown: await read('markdown'), page: await read('html') };
  }

  it('say that a class of one repeated picture has collapsed, although the Inception Score is above the real one', async () => {
    const { stdout, markdown, page, result } = await score('collapsed');
    const said = /frog: MS-SSIM 1\.0+, real pictures 0\.\d+ ± 0\.\d+: the class has collapsed\./;
    expect(stdout.split('\n')[0]).toMatch(new RegExp(`^✗ ${said.source}$`));
    expect(markdown.split('\n').slice(0, 3).join('\n')).toMatch(said);
    const { texts } = readPage(page);
    const start = texts.indexOf('Skip to the numbers');
    expect(texts.slice(start, start + 8).join(' ')).toMatch(said);
    expect(result.verdict?.findings[0]).toMatchObject({
      kind: 'collapsed-class',
      class: 'frog',
      metric: 'msssim',
      value: 1,
    });
    expect(result.verdict?.findings.map(({ kind }) => kind)).toContain('copies');
    expect(result.verdict?.worseClasses).toEqual([
      { metric: 'msssim', class: 'frog', p: expect.any(Number) },
    ]);
  });

  it('stand above a table of classes with the real values beside, and what classes are taken for', async () => {
    const { stdout, result } = await score('collapsed');
    expect(stdout).toMatch(/class .*accuracy \(%\) +real accuracy \(%\) +msssim +real msssim\n/);
    expect(stdout).toMatch(/\n {2}frog .* 1\.000 ± 0\.000 ✗ +0\.\d+ ± 0\.\d+\n/);
    const { confusion } = result.metrics.find(({ id }) => id === 'accuracy') as ComputedMetric;
    expect(confusion?.counts?.map((row) => row.length)).toEqual([4, 4, 4]);
    expect(confusion?.counts?.flat().reduce((a, b) => a + b)).toBe(60);
  });

  it('find nothing in healthy samples, and do not call so few equal', async () => {
    const { stdout, result } = await score('healthy');
    expect(stdout.split('\n')[0]).toMatch(
      /^· No difference from real pictures found with 60 samples and 38 reference pictures, which does not show/,
    );
    expect(result.verdict?.findings.map(({ kind }) => kind)).toEqual(['no-difference', 'too-few-pictures']);
    expect(result.verdict?.findings[1].sentence).toMatch(
      /^Too few pictures for IS \(\d+ pictures a split\), FID \(38 pictures for 480 features\) and KID \(subsets of 38 in place of 1000\)/,
    );
  });

  it('say that samples are memorized', async () => {
    const { stdout } = await score('memorized');
    expect(stdout.split('\n')[0]).toContain(
      '✗ 38 samples of 38 repeat a picture of the reference byte for byte',
    );
  });

  it('say what is missing without a reference', async () => {
    const { result, page } = await score('healthy', '--metrics', 'accuracy,kid');
    expect(result.verdict?.findings.map(({ kind }) => kind)).toEqual(['no-reference', 'worst-class']);
    expect(page).toContain('pass them with --reference');
  });

  it('warn of the same in samples and reference once, and show no std that says nothing', async () => {
    const { result, stdout } = await score('memorized');
    const titles = result.warnings.map((warning) => warning.split(':')[0]);
    expect(new Set(titles).size).toBe(titles.length);
    expect(result.warnings).toContainEqual(
      'Kernel inception distance: 38 pictures in the samples and 38 pictures in the reference are fewer than a subset of 1000, so the subsets were reduced and the value does not compare with one at full size.',
    );
    const kid = result.metrics.find(({ id }) => id === 'kid');
    expect(kid).not.toHaveProperty('std');
    expect(stdout).not.toContain('says nothing');
  });

  it('leave the charts of unlabeled samples to what they have', async () => {
    await mkdir(file('flat'), { recursive: true });
    for (const name of CLASSES) {
      for (const each of await readdir(file(`healthy/${name}`)))
        await cp(file(`healthy/${name}/${each}`), file(`flat/${name}-${each}`));
    }
    const { stdout, page, markdown } = await score('flat');
    expect(stdout).not.toContain('by resolution');
    expect(page).not.toContain('by resolution');
    expect(markdown).not.toContain('by resolution');
  });
});
