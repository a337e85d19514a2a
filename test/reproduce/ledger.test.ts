import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// Plain scripts, without types.
const load = (file: string) => import(new URL(file, import.meta.url).href);
const { describeRows } = await load('list-rows.js');
const { makePage } = await load('page.js');
const { classesBelowRealMaximum, errorBelow, lastTestError, nats } = await load('rows/figures.js');
const { measure, row, training } = await load('rows/tasks.js');
const { runRow, TIME_IS_UP } = await load('run-row.js');
const { readTraining } = await load('training-state.js');

/** What the page reads of a row. */
interface Row {
  readonly id: string;
  readonly figures: readonly { readonly name: string }[];
}
const { ROWS }: { readonly ROWS: readonly Row[] } = await load('rows/rows.js');

const LEDGER = fileURLToPath(new URL('../../docs/reproduction', import.meta.url));
const PROGRAM = fileURLToPath(new URL('toy-program.js', import.meta.url));

const toy = (steps: number, command = 'measure') =>
  row({
    id: 'toy',
    paper: 'A paper',
    title: 'A toy',
    cut: ['everything'],
    trainings: [training('run', 'gan', steps)],
    measures: [
      measure('parzen', 'parzen.json', (path: (name: string) => string) => [command, path('parzen.json')], [
        'run',
      ]),
    ],
    figures: [
      { name: 'nats', unit: 'nats', reported: '225 ± 2', read: nats('parzen') },
      { name: 'test error', unit: '%', read: lastTestError('run', 100) },
    ],
  });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-ledger-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (of: object, changes: object = {}) =>
  runRow(of, {
    out: join(folder, 'out'),
    ledger: folder,
    seed: 1,
    program: PROGRAM,
    signal: new AbortController().signal,
    ...changes,
  });
const readToy = async () => JSON.parse(await readFile(join(folder, 'toy.json'), 'utf8'));

describe('a row of the ledger', () => {
  it('is trained and measured, and says so with its budget', async () => {
    expect(await run(toy(4))).toMatchObject({
      code: 0,
      sentence: expect.stringContaining('toy is measured.'),
    });
    const { reported, cut, runs } = await readToy();
    expect({ reported, cut }).toEqual({
      reported: { nats: '225 ± 2', 'test error': null },
      cut: ['everything'],
    });
    expect(runs).toMatchObject([
      {
        seed: 1,
        state: 'done',
        figures: [
          // 225.04 ± 1.96·2, as in the paper's table with another interval.
          { name: 'nats', value: 225, low: 221.1, high: 229, n: 10_000, steps: { run: 4 } },
          { name: 'test error', value: 25, n: 100, steps: { run: 4 } },
        ],
        budget: { steps: { run: { done: 4, planned: 4 } }, minutes: { training: 4 } },
        curves: { run: { testError: { steps: '4', values: '0.25' } } },
      },
    ]);
    expect(runs[0].commits).toHaveLength(1);
  });

  it('is stopped, measured as it stands, and goes on where it was', async () => {
    const stop = new AbortController();
    const first = run(toy(400), { signal: stop.signal });
    await setTimeout(700);
    stop.abort(TIME_IS_UP);
    expect(await first).toMatchObject({ code: 0, sentence: expect.stringContaining('what is done is kept') });
    const [stopped] = (await readToy()).runs;
    const { done } = stopped.budget.steps.run;
    expect(stopped).toMatchObject({ state: 'running', figures: [{ name: 'test error' }] });
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(400);

    await run(toy(400), { isMeasured: true });
    const [measured] = (await readToy()).runs;
    expect(measured).toMatchObject({
      state: 'running',
      figures: [{ name: 'nats', steps: { run: done } }, {}],
    });

    await run(toy(done + 2));
    const [finished] = (await readToy()).runs;
    expect(finished).toMatchObject({ state: 'done', budget: { minutes: { training: done + 2 } } });
    expect(finished.figures[0].steps).toEqual({ run: done + 2 });
  });

  it('that is interrupted exits as ganeval does, and says where nothing is done yet', async () => {
    const sentence = 'toy is stopped before a step of it was kept: the same command begins again.';
    expect(await run(toy(4), { signal: AbortSignal.abort() })).toEqual({ code: 130, sentence });
    expect(await run(toy(4), { signal: AbortSignal.abort(TIME_IS_UP) })).toEqual({ code: 0, sentence });
    await expect(readToy()).rejects.toThrow('ENOENT');
  });

  it('that was never run has nothing to measure', async () => {
    const without = { ...toy(4), measures: [] };
    for (const each of [toy(4), without])
      await expect(run(each, { isMeasured: true })).rejects.toThrow(
        /The row toy has done no step in .*: run it first without --measure\.$/,
      );
  });

  it('tells the steps that are done where how many were meant is not known', async () => {
    const runs = [
      { seed: null, state: 'done', figures: [], budget: { steps: { run: { done: 11, planned: null } } } },
    ];
    await writeFile(join(folder, 'toy.json'), JSON.stringify({ runs }));
    expect(await describeRows([toy(3)], { ledger: folder })).toMatch(/A toy: done, run 11 steps$/);
  });

  it('stops its training, which keeps what is done, where the process of the ledger is killed', async () => {
    const training = join(folder, 'run');
    const url = new URL('run-command.js', import.meta.url).href;
    const args = ['train', 'gan', '-o', training, '--steps', '500', '--resume'];
    const script = `import { runCommand } from ${JSON.stringify(url)};
      await runCommand(${JSON.stringify(args)}, { program: ${JSON.stringify(PROGRAM)}, signal: new AbortController().signal });`;
    const ledger = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    await vi.waitUntil(() => existsSync(training), { timeout: 20_000 });
    ledger.kill('SIGKILL');
    await vi.waitUntil(async () => (await readTraining(training)).step > 0, { timeout: 20_000 });
    expect((await readTraining(training)).step).toBeLessThan(500);
  }, 60_000);

  it('has a run for each seed, and keeps what is older than the ledger', async () => {
    await run(toy(1));
    await run(toy(2), { seed: 2 });
    await run(toy(3));
    const { runs } = await readToy();
    expect(
      runs.map(({ seed, budget }: { seed: number; budget: { steps: object } }) => [seed, budget.steps]),
    ).toEqual([
      [2, { run: { done: 2, planned: 2 } }],
      [1, { run: { done: 3, planned: 3 } }],
    ]);
    const page = await makePage([toy(3)], folder);
    expect(page).toContain(
      '| [toy](toy.json) | nats | 225 ± 2 | **225 nats** | 221.1 to 229 | 3 | 3 | 3 | 1 |',
    );
    expect(await describeRows([toy(3)], { ledger: folder })).toContain(
      'done, seed 2, nats 225 nats, run 2 of 2 steps',
    );
  });

  it('keeps what is done where a command fails', async () => {
    expect(await run(toy(2, 'fail'))).toEqual({
      code: 1,
      sentence: 'toy: parzen ended with exit code 4; its message is above. What is done is kept.',
    });
    expect((await readToy()).runs).toMatchObject([
      { state: 'running', budget: { steps: { run: { done: 2 } } } },
    ]);
  });

  it('forgets what it measured before where measuring again fails', async () => {
    await run(toy(2));
    expect(await run(toy(4, 'fail'))).toMatchObject({
      code: 1,
      sentence: expect.stringContaining('exit code 4'),
    });
    const { runs } = await readToy();
    expect(runs).toMatchObject([{ state: 'running', figures: [{ name: 'test error', steps: { run: 4 } }] }]);
  });

  it('says what it was made by, not what finds it at its end', async () => {
    await run(toy(2));
    const path = join(folder, 'out', 'toy', 'state.json');
    const state = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...state, commits: ['older'], machine: 'another' }));
    expect(await run(toy(2))).toMatchObject({ code: 0 });
    const [{ commits, budget }] = (await readToy()).runs;
    expect([commits, budget.machine]).toEqual([['older'], 'another']);
  });

  it('that needs files of the user asks for them before it begins', async () => {
    await expect(run({ ...toy(2), needsDataDir: 'a.mat' })).rejects.toThrow(
      'The row toy needs files of yours: a.mat. Name their folder with --data-dir.',
    );
  });
});

describe('figures', () => {
  const line = (value: number) => ({ step: 9, kind: 'measure', name: 'testError', value });
  it('of test errors have the interval of Wilson', () => {
    // statsmodels' proportion_confint(93, 10000, method='wilson'): 0.0075985, 0.0113806.
    expect(lastTestError('run', 10_000)({ logs: { run: [line(0.5), line(0.0093)] } })).toEqual({
      value: 0.93,
      low: 0.76,
      high: 1.14,
      n: 10_000,
      steps: { run: 9 },
    });
    expect(lastTestError('run', 10_000)({ logs: { run: [{ ...line(0.9), step: 0 }] } })).toBeUndefined();
    // Wilson's intervals of 20 and 30 of 100 are .1334 to .2888 and .2189 to .3958: .1 − √(.0811² + .0888²), .1 + √(.0958² + .0666²).
    const logs = { run: [line(0.2)], alone: [line(0.3)] };
    const below = { value: 10, low: -2.02, high: 21.67, n: 100, steps: { run: 9, alone: 9 } };
    expect(errorBelow('run', 'alone', 100)({ logs })).toEqual(below);
  });

  it('count classes less alike than the most alike real ones', () => {
    const output = (values: (number | null)[]) => ({
      steps: {},
      content: {
        metrics: [
          { id: 'msssim', subject: 'samples', status: 'ok', perClass: values.map((value) => ({ value })) },
        ],
      },
    });
    const outputs = { score: output([0.1, 0.2, 0.3, null]), real: output([0.25, 0.1, 0.2, 0.05]) };
    expect(classesBelowRealMaximum('score', 'real')({ outputs })).toMatchObject({ value: 66.67, n: 3 });
  });
});

describe('docs/reproduction', () => {
  it('has the page of its documents', async () => {
    expect(await readFile(join(LEDGER, 'README.md'), 'utf8')).toBe(await makePage(ROWS, LEDGER));
  });

  it('has no two rows of one name, and no figure that two rows of a table share', () => {
    expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length);
    for (const { id, figures } of ROWS)
      expect(new Set(figures.map(({ name }) => name)).size, id).toBe(figures.length);
  });
});
