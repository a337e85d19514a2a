import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, runProgram, SAMPLES } from '../cli/run-program.js';
import { writeVariations } from '../evaluate/pictures.js';
import { SlurmCluster, whyNoSlurm } from './slurm-cluster.js';

const SCRIPTS = join(import.meta.dirname, '../../examples/slurm');
const LIMIT_MS = 300_000;
const obstacle = whyNoSlurm();
const because = obstacle === undefined ? '' : ` [skipped: ${obstacle}]`;

describe.skipIf(obstacle !== undefined)(`the job scripts under Slurm${because}`, () => {
  let folder: string;
  let cluster: SlurmCluster;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ganeval-slurm-'));
    symlinkSync(PROGRAM, join(folder, 'ganeval'));
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(GANEVAL_|NODE_OPTIONS|VITEST|SLURM_|SBATCH_)/.test(name),
    );
    cluster = new SlurmCluster(folder, {
      ...Object.fromEntries(kept),
      PATH: `${folder}:${process.env.PATH}`,
    });
    await cluster.start();
  });

  afterAll(async () => {
    await cluster?.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  it(
    'share a score out over an array and merge it, when all are done, to the result of one process',
    async () => {
      const samples = join(folder, 'samples');
      await writeVariations(samples, 3);
      const parts = join(folder, 'parts');
      const options = ['--reference', SAMPLES, '--metrics', 'is,accuracy,fid,kid', '--resolutions', '16'];
      const scores = await cluster.submit([
        '--array=1-3',
        join(SCRIPTS, 'score-array.sbatch'),
        samples,
        parts,
        ...options,
      ]);
      const merged = join(folder, 'merged.json');
      const merge = await cluster.submit([
        `--dependency=afterok:${scores}`,
        join(SCRIPTS, 'merge-parts.sbatch'),
        parts,
        '--json',
        merged,
      ]);
      const polls: string[] = [];
      await cluster.finish(LIMIT_MS, (queue) => polls.push(queue));

      expect(await cluster.states(scores), logs(folder)).toEqual(Array(3).fill('COMPLETED'));
      expect(await cluster.states(merge), logs(folder)).toEqual(['COMPLETED']);
      expect(polls[0]).toContain(`${merge} ganeval-merge PD Dependency`);
      expect(readdirSync(parts).sort()).toEqual(['1', '2', '3']);

      const whole = join(folder, 'whole.json');
      const { code } = await runProgram(['score', samples, ...options, '--no-cache', '--json', whole]);
      expect(code).toBe(0);
      const [joined, single] = [withoutRun(merged), withoutRun(whole)];
      expect(JSON.parse(joined)).toEqual(JSON.parse(single));
      expect(joined).toBe(single);
    },
    2 * LIMIT_MS,
  );

  it(
    'do one part again by its number, and refuse an array that does not say how many parts there are',
    async () => {
      const script = join(SCRIPTS, 'score-array.sbatch');
      const parts = join(folder, 'again');
      const args = ['--array=2', script, SAMPLES, parts, '--metrics', 'is'];
      const refused = await cluster.submit(args);
      const again = await cluster.submit(args, { PARTS: '2' });
      await cluster.finish(LIMIT_MS);
      expect(await cluster.states(refused)).toEqual(['FAILED']);
      expect(logs(folder)).toContain('score-array.sbatch: number the array from 1');
      expect(await cluster.states(again), logs(folder)).toEqual(['COMPLETED']);
      const part = JSON.parse(readFileSync(join(parts, '2', 'part.json'), 'utf8'));
      expect([part.part, part.of]).toEqual([2, 2]);
    },
    LIMIT_MS,
  );

  it(
    'train each group of classes as a task, and leave the others alone where one fails',
    async () => {
      const real = join(folder, 'real');
      for (const name of ['cat', 'dog', 'ship', 'truck'])
        cpSync(join(SAMPLES, name), join(real, name), { recursive: true });
      const plan = join(folder, 'plan');
      const toy = ['--width', '0.05', '--batch-size', '4', '--steps', '3'];
      const made = await runProgram(['train', 'acgan', real, '-o', plan, '--plan', '2x2', ...toy]);
      expect(made.code, made.stderr).toBe(0);
      const { sets } = JSON.parse(readFileSync(join(plan, 'plan.json'), 'utf8'));
      const spoiled = join(real, sets[0].groups[1].classes[0]);
      const [picture] = readdirSync(spoiled);
      const bytes = readFileSync(join(spoiled, picture));
      writeFileSync(join(spoiled, picture), 'no picture');
      const script = join(plan, 'train-groups.sbatch');
      const first = await cluster.submit([script, '--no-report']);
      await cluster.finish(LIMIT_MS);
      expect(await cluster.states(first), logs(folder)).toEqual(['COMPLETED', 'FAILED']);
      writeFileSync(join(spoiled, picture), bytes);
      const again = await cluster.submit(['--array=2', script, '--no-report']);
      await cluster.finish(LIMIT_MS);
      expect(await cluster.states(again), logs(folder)).toEqual(['COMPLETED']);
      const drawn = await runProgram(['sample', plan, '-n', '8', '-o', join(folder, 'drawn')]);
      expect(drawn.code, drawn.stderr).toBe(0);
      expect(readdirSync(join(folder, 'drawn')).sort()).toEqual(['cat', 'dog', 'ship', 'truck']);
    },
    LIMIT_MS,
  );

  it(
    'leave nothing merged, and no job waiting, where a part failed',
    async () => {
      const parts = join(folder, 'failed');
      const scores = await cluster.submit([
        '--array=1-2',
        join(SCRIPTS, 'score-array.sbatch'),
        join(folder, 'no-such-folder'),
        parts,
      ]);
      const merge = await cluster.submit([
        `--dependency=afterok:${scores}`,
        join(SCRIPTS, 'merge-parts.sbatch'),
        parts,
      ]);
      await cluster.finish(LIMIT_MS);
      expect(await cluster.states(scores)).toEqual(['FAILED', 'FAILED']);
      expect(await cluster.states(merge)).toEqual(['CANCELLED']);
    },
    LIMIT_MS,
  );
});

/** The whole document but for the facts of the run. */
function withoutRun(path: string): string {
  return JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), run: undefined });
}

/** What the jobs printed, for a failure's message. */
function logs(folder: string): string {
  return readdirSync(folder)
    .filter((name) => /^ganeval-.*\.log$/.test(name))
    .map((name) => `${name}:\n${readFileSync(join(folder, name), 'utf8')}`)
    .join('\n');
}
