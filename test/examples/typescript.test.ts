import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseResult } from '../../src/documents/result.js';
import { runProgram, SAMPLES } from '../cli/run-program.js';
import { ExampleProject } from './run-example.js';

const REFERENCE = join(import.meta.dirname, '../../fixtures/golden/end-to-end/reference');

describe('the examples in TypeScript', () => {
  let project: ExampleProject;

  beforeAll(() => {
    project = new ExampleProject();
  });

  afterAll(() => project.remove());

  it('score.ts prints the metrics and writes the result', async () => {
    const { stdout } = await project.run('score.ts', [SAMPLES, REFERENCE, 'result.json']);
    for (const id of ['is', 'fid', 'kid', 'precision', 'recall']) {
      expect(stdout).toMatch(
        new RegExp(`^${id}: [-\\d.e]+ ± [\\d.e-]+ \\((higher|lower) is better\\)$`, 'm'),
      );
    }
    const result = parseResult(JSON.parse(readFileSync(join(project.folder, 'result.json'), 'utf8')));
    expect(result.samples.count).toBe(200);
  });

  it('score.ts says in one sentence what is wrong with its input', async () => {
    await expect(project.run('score.ts', ['no-such-folder', REFERENCE])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no-such-folder/),
    });
  });

  it('custom-metric.ts computes a metric that ganeval does not have', async () => {
    const { stdout } = await project.run('custom-metric.ts', [SAMPLES, REFERENCE, 'own.json']);
    expect(stdout).toMatch(/^Energy distance: -?[\d.]+ ± [\d.e-]+$/m);
    expect(stdout).toMatch(/^Kernel inception distance: -?[\d.e-]+ ± [\d.e-]+$/m);
    const { stdout: same } = await project.run('custom-metric.ts', [SAMPLES, SAMPLES]);
    const value = Number(/^Energy distance: (\S+)/m.exec(same)?.[1]);
    expect(Math.abs(value)).toBeLessThan(1);
  });

  it('the gate tests the metric of custom-metric.ts, which the command line does not know', async () => {
    const gate = (...args: string[]) =>
      runProgram(['gate', 'own.json', '--baseline', 'own-baseline.json', ...args], { cwd: project.folder });
    expect(await gate('--update')).toMatchObject({ code: 0 });
    const { code, stdout } = await gate();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +pass +Energy distance ↓ .* p [\d.]+$/m);
  });

  it('acgan.ts trains, in under 100 lines', async () => {
    const path = join(import.meta.dirname, '../../examples/acgan.ts');
    expect(readFileSync(path, 'utf8').trimEnd().split('\n').length).toBeLessThan(100);
    const { stdout } = await project.run('acgan.ts', ['run', SAMPLES, '2']);
    expect(stdout).toContain('steps: 2');
    const log = readFileSync(join(project.folder, 'run/log.jsonl'), 'utf8').trim().split('\n');
    const { lossG, lossD } = JSON.parse(log.at(-1) as string);
    expect([lossG, lossD].every(Number.isFinite)).toBe(true);
  });
});
