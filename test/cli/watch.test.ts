import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram, SAMPLES } from './run-program.js';

let folder: string;
let environment: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-watch-cli-'));
  environment = { GANEVAL_CACHE_DIR: join(folder, 'cache'), GANEVAL_METRICS: 'msssim' };
  for (const name of ['empty', 'broken']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'broken/step_1.npz'), 'no archive');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const watch = (...args: string[]) => runProgram(['watch', ...args], { cwd: folder, env: environment });

test('a set is a line on stdout; exit codes tell whether the goal was met, and whether there was a number', async () => {
  await mkdir(join(folder, 'run/step_7'), { recursive: true });
  for (const name of ['cat', 'ship'])
    await cp(join(SAMPLES, name), join(folder, 'run/step_7', name), { recursive: true });
  const scored = await watch('run', '--once', '--settle', '0', '--until', 'msssim<0');
  expect(scored.code).toBe(1);
  expect(scored.stdout).toMatch(/^step_7 {2}MS-SSIM 0\.\d+ ± 0\.\d+ {2}\(.* s\)\n$/);
  expect(await watch('run', '--once', '--until', 'msssim<1 and msssim>0', '--nice')).toMatchObject({
    code: 0,
    stdout: '',
  });
});

test('what others read is made of the lines of earlier runs, too; a server that is away ends nothing', async () => {
  const flags = ['--tensorboard', 'tb', '--prometheus', 'watch.prom', '--mlflow', 'http://127.0.0.1:9'];
  const summary = join(folder, 'summary.md');
  const env = { ...environment, GITHUB_STEP_SUMMARY: summary, MLFLOW_TRACKING_TOKEN: '' };
  const outcome = await runProgram(['watch', 'run', '--once', ...flags], { cwd: folder, env });
  expect(outcome.code).toBe(0);
  expect(outcome.stderr).toBe(
    'The page of this watch is run/.ganeval/report.html; open it in a browser, and it renews itself.\n' +
      'MLflow could not be written, and is tried again at the next set: http://127.0.0.1:9 cannot be reached (ECONNREFUSED); what is not sent yet stays in watch.jsonl.\n',
  );
  expect(await readFile(join(folder, 'watch.prom'), 'utf8')).toContain('ganeval_last_step{');
  expect(await readFile(summary, 'utf8')).toContain('1 set scored, 0 failed, 0 events.');
  expect(await readdir(join(folder, 'tb/ganeval'))).toEqual(['events.out.tfevents.0.ganeval']);
});

test.each([
  [['empty', '--timeout', '0.2'], 3, 'Nothing was scored: no set came into empty.'],
  [
    ['broken', '--once', '--settle', '0'],
    3,
    'all sets in broken failed (1); to try them again, move its .ganeval away.',
  ],
  [
    ['absent'],
    3,
    'absent does not exist: name the folder into which the training writes its samples, or make it first.',
  ],
  [['empty', '--until', 'fid<1'], 2, '--until reads fid, which is not computed'],
  [['empty', '--grid', '8'], 2, '--grid cannot be "8"'],
  [['empty', '--grid-classes', 'rows'], 2, '--grid-classes goes with --grid'],
  [['empty', '--metrics', 'fid', '--once'], 2, 'fid in --metrics needs a reference'],
  [['empty', '--settle', '-1'], 2, '--settle'],
  [['empty', '--prometheus', 'watch.txt'], 2, '--prometheus cannot be "watch.txt"'],
  [['empty', '--mlflow', 'mlruns'], 2, '--mlflow cannot be "mlruns": it takes the address of a server'],
  [['empty', '--on', 'any'], 2, '--on needs a value'],
  [['empty', '--on', 'collapsed', 'echo'], 2, '--on cannot be for "collapsed"'],
  [['empty', '--on', 'any', 'echo', '--on', 'collapse', 'echo {clas}'], 2, 'there is no {clas}'],
  [['empty', '--on-shell', 'any', 'echo {class}'], 2, 'write "$EVENT_CLASS"'],
  [['empty', '--on-timeout', 'soon'], 2, '--on-timeout cannot be "soon"'],
])('%j ends with %i', async (args, code, sentence) => {
  const outcome = await watch(...args);
  expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(sentence)]);
});
