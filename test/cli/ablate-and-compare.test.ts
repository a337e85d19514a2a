import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAblation } from '../../src/documents/ablation.js';
import { parseComparison } from '../../src/documents/comparison.js';
import { runProgram, SAMPLES } from './run-program.js';

let folder: string;
let cacheDir: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-ablate-program-'));
  cacheDir = join(folder, 'cache');
});
afterAll(() => rmSync(folder, { recursive: true }));

const ablate = (...args: string[]) =>
  runProgram(['ablate', ...args, '--metrics', 'accuracy', '--device', 'cpu', '--cache-dir', cacheDir]);

describe('ganeval ablate', () => {
  it('says what it would do, then does it and writes the reports', async () => {
    const args = [SAMPLES, '--reference', SAMPLES, '--resolutions', '8,16'];
    const planned = await ablate(...args, '--dry-run');
    expect(planned.code).toBe(0);
    expect(planned.stdout.match(/^ {2}(samples|reference) .*200 +0$/gm)).toHaveLength(6);
    const files = ['json', 'csv', 'markdown'].map((name) => [`--${name}`, join(folder, `a.${name}`)]);
    const { code, stdout, stderr } = await ablate(...args, ...files.flat());
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}These samples carry .*32×32 pixels/m);
    expect(stdout).toMatch(/^ +16×16 +\d+\.\d ± /m);
    const { sets, settings } = parseAblation(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8')));
    expect(sets.map(({ subject }) => subject)).toEqual(['samples', 'reference']);
    expect(settings).toMatchObject({ metrics: ['accuracy'], resolutions: [8, 16, 32] });
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toMatch(/^set,subject,source,/);
    expect(readFileSync(join(folder, 'a.markdown'), 'utf8')).toMatch(/^## Resolution ablation\n/);
  });

  it('sets several folders side by side, from the cache', async () => {
    const part = join(SAMPLES, '..', 'test');
    const { code, stdout } = await ablate(SAMPLES, part, '--resolutions', '8,16', '--json', '-');
    expect(code).toBe(0);
    const { sets, run } = parseAblation(JSON.parse(stdout));
    expect(sets).toHaveLength(2);
    expect(sets[0].curves).toEqual(sets[1].curves);
    expect(run.picturesExtracted).toBe(0);
  });

  it('shows where the time went', async () => {
    const { code, stderr } = await ablate(SAMPLES, '--resolutions', '8', '--profile-run');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Where \d.* went/m);
    expect(stderr).toMatch(/ compute metrics /);
  });

  it.each([
    [2, [SAMPLES, '--metrics', 'kid'], /metrics cannot be "kid"/],
    [2, [SAMPLES, '--kid-subsets', '3'], /kid-subsets/],
    [2, [SAMPLES, '--resolutions', '0'], /--resolutions/],
    [2, [SAMPLES, SAMPLES, '--labels', 'x.csv'], /one set of pictures/],
    [3, ['no-such-folder'], /no-such-folder/],
    [4, [SAMPLES, '--model', 'no-such-network'], /no-such-network/],
  ])('ends with %i on %j', async (expected, args, message) => {
    const { code, stdout, stderr } = await runProgram(['ablate', ...args, '--cache-dir', cacheDir]);
    expect(code).toBe(expected);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('ganeval compare', () => {
  it('sets two results side by side and refuses what is none', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, `result-${name}.json`));
    const score = (to: string, ...args: string[]) =>
      runProgram(['score', SAMPLES, '--metrics', 'is', '--cache-dir', cacheDir, '--json', to, ...args]);
    expect((await score(a)).code).toBe(0);
    expect((await score(b, '--splits', '5')).code).toBe(0);
    const { code, stdout, stderr } = await runProgram(['compare', a, b, '--json', c]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}result-b +\d\.\d+ ± \d\.\d+ †/m);
    expect(stdout).toContain('settings.splits is 5, not 10');
    expect(parseComparison(JSON.parse(readFileSync(c, 'utf8'))).rows).toHaveLength(1);
    for (const bad of [[a], [a, c], [a, join(folder, 'none.json')], [a, SAMPLES]]) {
      const refused = await runProgram(['compare', ...bad]);
      expect(refused.code).toBe(2);
      expect(refused.stdout).toBe('');
      expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});
