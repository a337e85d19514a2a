import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { powerToText } from '../../src/cli/output/power-text.js';
import { baselineSchema } from '../../src/documents/baseline.js';
import { gateVerdictSchema } from '../../src/documents/verdict.js';
import { planGatePower } from '../../src/gate/gate.js';
import { runProgram, SAMPLES } from './run-program.js';

let folder: string;
let cacheDir: string;
let baseline: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-gate-'));
  cacheDir = join(folder, 'cache');
  baseline = join(folder, 'baseline.json');
  const flags = ['--metrics', 'is,accuracy', '--resolutions', '16', '--splits', '2', '--seed', '7'];
  const result = join(folder, 'result.json');
  const scored = await run('score', SAMPLES, ...flags, '--json', result);
  expect(scored.code, scored.stderr).toBe(0);
  const made = await run('gate', result, '--baseline', baseline, '--update');
  expect(made).toEqual({ code: 0, stdout: `A new baseline ${baseline}.\n`, stderr: '' });
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => runIn({}, ...args);

function runIn(env: Record<string, string>, ...args: string[]) {
  return runProgram(args, {
    env: { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', ...env, GANEVAL_CACHE_DIR: cacheDir },
  });
}

/** A baseline that is this one but for what `change` does. */
function changedBaseline(name: string, change: (document: ReturnType<typeof readBaseline>) => void): string {
  const document = readBaseline();
  change(document);
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(document));
  return path;
}

const readBaseline = () => baselineSchema.parse(JSON.parse(readFileSync(baseline, 'utf8')));

/** As if the baseline had been better. */
const better = () =>
  changedBaseline('better.json', ({ metrics }) => {
    const [is] = metrics;
    if (is.status !== 'ok') return;
    const shift = 100 * (is.se ?? 0);
    is.value += shift;
    if (is.interval) {
      is.interval.low += shift;
      is.interval.high += shift;
    }
  });

describe('ganeval gate', () => {
  it('shows where the time went', async () => {
    const { code, stderr } = await run('gate', SAMPLES, '--baseline', baseline, '--profile-run');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Where \d.* went/m);
    expect(stderr).toMatch(/ compute metrics /);
  });

  it('takes rules about a metric that the baseline alone knows, in any case', async () => {
    const path = changedBaseline('registered.json', ({ metrics }) => {
      const [is] = metrics;
      metrics.push({ ...is, id: 'my-metric', title: 'My metric' });
    });
    const rules = ['--tolerance', 'My-Metric=2%', '--floor', 'IS=1', '--ceiling', 'my-metric=1000'];
    const { stdout, code, stderr } = await run('gate', SAMPLES, '--baseline', path, ...rules, '--json', '-');
    expect(stderr).toBe('');
    expect(code).toBe(1);
    const { rows } = gateVerdictSchema.parse(JSON.parse(stdout));
    const ofMine = rows.filter((row) => row.metric === 'my-metric');
    expect(ofMine.map(({ kind }) => kind).sort()).toEqual(['ceiling', 'relative']);
    const wrong = await run('gate', SAMPLES, '--baseline', path, '--floor', 'my-metrc=1');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--floor names no metric with "my-metrc": perhaps my-metric is meant');
  });

  it('scores pictures as the baseline says, and passes the same ones', async () => {
    const { code, stdout } = await run('gate', SAMPLES, '--baseline', baseline, '--json', '-');
    const verdict = gateVerdictSchema.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(verdict.passed).toBe(true);
    expect(
      verdict.rows.filter((row) => row.class === undefined).map((row) => [row.metric, row.change]),
    ).toEqual([
      ['is', 0],
      ['accuracy', 0],
    ]);
  });

  it('writes the very bytes of the baseline again with --update', async () => {
    const before = readFileSync(baseline, 'utf8');
    const { code, stdout } = await run('gate', SAMPLES, '--baseline', baseline, '--update');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Nothing changed in the baseline ${baseline}.\n` });
    expect(readFileSync(baseline, 'utf8')).toBe(before);
    expect(before).not.toContain('startedAt');
  });

  it('looks before it scores whether --update can write the baseline', async () => {
    for (const [path, sentence] of [
      [join(folder, 'absent', 'b.json'), /--baseline cannot write .*: there is no folder/],
      ['-', /--baseline --update needs the name of a file/],
    ] as const) {
      const { code, stderr } = await run('gate', join(folder, 'no-samples'), '--baseline', path, '--update');
      expect(code).toBe(2);
      expect(stderr).toMatch(sentence);
    }
  });

  it('says what --update changed', async () => {
    const copy = better();
    const { stdout } = await run('gate', SAMPLES, '--baseline', copy, '--update');
    expect(stdout).toMatch(/^Changed in the baseline .*:\n {2}Inception Score: [\d.]+ → [\d.]+\n$/);
    expect(readFileSync(copy, 'utf8')).toBe(readFileSync(baseline, 'utf8'));
  });

  it('ends with 1 where the samples are worse, in every report', async () => {
    const files = ['g.json', 'g.xml', 'g.md'].map((name) => join(folder, name));
    const flags = ['--json', '--junit', '--markdown'].flatMap((flag, i) => [flag, files[i]]);
    const { code, stdout, stderr } = await run('gate', SAMPLES, '--baseline', better(), ...flags);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Failed: of 12 rules, 1 failed \(Inception Score\)\.\n/);
    expect(stderr).not.toContain('::error');
    const [json, junit, markdown] = files.map((file) => readFileSync(file, 'utf8'));
    expect(JSON.parse(json).passed).toBe(false);
    expect(junit).toContain('failures="1"');
    expect(markdown).toMatch(/^## Image quality: failed\n/);
  });

  it('takes the rules of flags and files', async () => {
    const worse = ['gate', SAMPLES, '--baseline', better()];
    expect((await run(...worse, '--tolerance', 'is=99%')).code).toBe(0);
    expect((await run('gate', SAMPLES, '--baseline', baseline, '--floor', 'accuracy=1')).code).toBe(1);
    expect((await run('gate', SAMPLES, '--baseline', baseline, '--ceiling', 'is=1')).code).toBe(1);
    const rules = join(folder, 'rules.json');
    writeFileSync(rules, '{"rules":[{"kind":"significant","metric":"accuracy","resolution":"*"}]}');
    expect((await run(...worse, '--rules', rules)).code).toBe(0);
    expect((await run(...worse, '--rules', rules, '--floor', 'is=9')).code).toBe(1);
  });

  it('annotates on GitHub, fills the summary of the step, and lets no name be a command', async () => {
    const summary = join(folder, 'summary.md');
    writeFileSync(summary, 'before\n');
    const samples = join(folder, '##[add-mask]x');
    cpSync(SAMPLES, samples, { recursive: true });
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const { code, stdout, stderr } = await runIn(env, 'gate', samples, '--baseline', better());
    expect(code).toBe(1);
    expect(stderr).toMatch(/^::error title=Inception Score::It is worse by [^\n]+\n$/);
    expect(stdout).toContain('## [add-mask]x');
    expect(`${stdout}${stderr}`).not.toContain('##[');
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n## Image quality: failed\n/);
    const other = { GITHUB_STEP_SUMMARY: join(folder, 'no', 'such') };
    const unwritable = await runIn(other, 'gate', SAMPLES, '--baseline', baseline);
    expect(unwritable.code).toBe(0);
    expect(unwritable.stderr).toContain('cannot be written (ENOENT)');
  });

  it('fails what is not comparable, and says what to run', async () => {
    const other = join(folder, 'other.json');
    const flags = ['--metrics', 'is,accuracy', '--resolutions', '16', '--splits', '4', '--seed', '7'];
    expect((await run('score', SAMPLES, ...flags, '--json', other)).code).toBe(0);
    const { code, stdout } = await run('gate', other, '--baseline', baseline);
    expect(code).toBe(1);
    expect(stdout).toContain('settings.splits is 4, and 2 in the baseline');
    expect(stdout).toContain('--splits 2');
  });
});

describe('the exit codes of ganeval gate', () => {
  it.each<[number, string, (string | (() => string))[], RegExp]>([
    [2, 'no baseline', [SAMPLES, '--baseline', '/no/such.json'], /There is no baseline .*--update/],
    [2, 'no baseline named', [SAMPLES], /--baseline must be given/],
    [2, 'a wrong rule', [SAMPLES, '--baseline', () => baseline, '--floor', 'x'], /--floor cannot be "x"/],
    [
      2,
      'rules with --update',
      [SAMPLES, '--baseline', () => baseline, '--update', '--floor', 'is=1'],
      /goes with/,
    ],
    [
      2,
      'a flag for pictures with a result',
      ['r.json', '--baseline', () => baseline, '--labels', 'x'],
      /--labels goes with pictures/,
    ],
    [2, 'no result', ['/no/such/r.json', '--baseline', () => baseline], /There is no result/],
    [3, 'no samples', ['/no/such', '--baseline', () => baseline], /no.such" does not exist/],
    [
      3,
      'no reference',
      [
        SAMPLES,
        '--baseline',
        () =>
          changedBaseline('referred.json', (document) => {
            document.reference = { ...document.samples, source: '/no/such/real' };
          }),
      ],
      /reference of the baseline is not at .*--reference/,
    ],
    [
      4,
      'another network of the name',
      [SAMPLES, '--baseline', () => withNetwork('inception-cifar10')],
      /the one here has [0-9a-f]{12}.*--update/,
    ],
    [
      4,
      'a network to be pulled',
      [
        SAMPLES,
        '--baseline',
        () => withNetwork('inception-v3'),
        '--models-dir',
        () => join(folder, 'models'),
      ],
      /fetch it with "ganeval models pull inception-v3"/,
    ],
    [
      4,
      'a network of nobody',
      [SAMPLES, '--baseline', () => withNetwork('mine')],
      /name its file with --model/,
    ],
  ])('%i: %s', async (code, _, args, message) => {
    const outcome = await run('gate', ...args.map((arg) => (typeof arg === 'string' ? arg : arg())));
    expect(outcome.stderr).toMatch(message);
    expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: '' });
  });

  function withNetwork(name: string): string {
    return changedBaseline('network.json', ({ metrics }) => {
      for (const entry of metrics) {
        if (entry.status === 'ok' && entry.extractor)
          entry.extractor = { ...entry.extractor, name, sha256: '0'.repeat(64) };
      }
    });
  }
});

describe('ganeval gate --update', () => {
  it('takes the network that is here by now', async () => {
    const path = changedBaseline('old-network.json', ({ metrics }) => {
      for (const entry of metrics) {
        if (entry.status === 'ok' && entry.extractor) entry.extractor.sha256 = '0'.repeat(64);
      }
    });
    const { code, stdout } = await run('gate', SAMPLES, '--baseline', path, '--update');
    expect(code).toBe(0);
    expect(stdout).toContain('network of Inception Score: inception-cifar10 (000000000000)');
    expect(readFileSync(path, 'utf8')).toBe(readFileSync(baseline, 'utf8'));
  });

  it('scores with the defaults where there is no baseline yet', async () => {
    const path = join(folder, 'first.json');
    const { code, stdout } = await run('gate', SAMPLES, '--baseline', path, '--update');
    expect(code).toBe(0);
    const [head, ...without] = stdout.trimEnd().split('\n');
    expect(head).toBe(`A new baseline ${path}.`);
    expect(without.map((line) => line.split(':')[0])).toEqual(
      [
        'Fréchet inception distance',
        'FID∞',
        'Kernel inception distance',
        'Precision',
        'Recall',
        'Density',
        'Coverage',
      ].map((title) => `Without ${title}`),
    );
    expect(without[0]).toContain('There is no reference: pass --reference');
    expect(JSON.parse(readFileSync(path, 'utf8')).settings.splits).toBe(10);
  });
});

describe('the labels of the reference of a baseline', () => {
  it('are found from any working folder, like the reference', async () => {
    const project = join(folder, 'labeled');
    mkdirSync(join(project, 'ci'), { recursive: true });
    for (const [from, to] of [
      ['cat', 'real'],
      ['dog', 'samples'],
    ])
      cpSync(join(SAMPLES, from), join(project, to), { recursive: true });
    const names = readdirSync(join(project, 'real'));
    writeFileSync(
      join(project, 'labels.csv'),
      `path,kind\n${names.map((name, i) => `${name},${i % 2 ? 'cat' : 'dog'}`).join('\n')}\n`,
    );
    const env = { GITHUB_ACTIONS: '', GANEVAL_CACHE_DIR: cacheDir };
    const labels = ['--reference-labels', 'labels.csv', '--reference-label-column', 'kind'];
    const scored = ['score', 'samples', '--reference', 'real', ...labels, '--metrics', 'fid,kid'];
    await runProgram([...scored, '--json', 'result.json'], { cwd: project, env });
    const update = ['gate', 'result.json', '--baseline', 'ci/baseline.json', '--update'];
    const made = await runProgram(update, { cwd: project, env });
    expect(made.code, made.stderr).toBe(0);
    const { reference } = JSON.parse(readFileSync(join(project, 'ci/baseline.json'), 'utf8'));
    expect(reference.labels).toEqual({ source: '../labels.csv', column: 'kind' });
    const check = ['gate', '../samples', '--baseline', 'baseline.json'];
    const { code, stderr } = await runProgram(check, { cwd: join(project, 'ci'), env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const unlabeled = await runProgram([...check, '--reference', '../real'], {
      cwd: join(project, 'ci'),
      env,
    });
    expect(unlabeled.code).toBe(1);
    expect(unlabeled.stdout.replace(/\s+/g, ' ')).toContain(
      '--reference ../real --reference-labels ../labels.csv --reference-label-column kind',
    );
    rmSync(join(project, 'labels.csv'));
    const gone = await runProgram(check, { cwd: join(project, 'ci'), env });
    expect(gone.code).toBe(3);
    expect(gone.stderr).toContain(
      "The labels of the baseline's reference are not at ../labels.csv: name them",
    );
  });
});

describe('the reference of a baseline', () => {
  it('is found from any working folder, as the baseline names it from its own', async () => {
    const project = join(folder, 'project');
    mkdirSync(join(project, 'ci'), { recursive: true });
    cpSync(join(SAMPLES, 'cat'), join(project, 'real'), { recursive: true });
    cpSync(join(SAMPLES, 'dog'), join(project, 'samples'), { recursive: true });
    const env = { GITHUB_ACTIONS: '', GANEVAL_CACHE_DIR: cacheDir };
    const made = await runProgram(['gate', 'result.json', '--baseline', 'ci/baseline.json', '--update'], {
      cwd: await scoredIn(project),
      env,
    });
    expect(made.code, made.stderr).toBe(0);
    expect(JSON.parse(readFileSync(join(project, 'ci/baseline.json'), 'utf8')).reference.source).toBe(
      '../real',
    );
    for (const [cwd, baselineHere, samples] of [
      [project, 'ci/baseline.json', 'samples'],
      [join(project, 'ci'), 'baseline.json', '../samples'],
      [folder, 'project/ci/baseline.json', 'project/samples'],
    ]) {
      const { code, stderr } = await runProgram(['gate', samples, '--baseline', baselineHere], { cwd, env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
    rmSync(join(project, 'real'), { recursive: true });
    const { code, stderr } = await runProgram(['gate', 'samples', '--baseline', 'ci/baseline.json'], {
      cwd: project,
      env,
    });
    expect(code).toBe(3);
    expect(stderr).toContain(
      'The reference of the baseline is not at real, nor at ../real: name it with --reference.',
    );
  });

  async function scoredIn(project: string): Promise<string> {
    const args = ['score', 'samples', '--reference', 'real', '--metrics', 'kid', '--json', 'result.json'];
    const { code, stderr } = await runProgram(args, { cwd: project, env: { GANEVAL_CACHE_DIR: cacheDir } });
    expect(code, stderr).toBe(0);
    return project;
  }
});

describe('ganeval gate power', () => {
  it('says how many samples it takes, for people and as JSON', async () => {
    const args = ['gate', 'power', '--baseline', baseline, '--drop', '5%'];
    const { code, stdout } = await run(...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^To detect a worsening of 5 % with a probability of 90 %, at alpha 0.05 over 12 tests:\n/,
    );
    expect(stdout).toMatch(/Inception Score +1 +samples +200 +[\d,]+/);
    const plan = JSON.parse((await run(...args, '--power', '0.8', '--alpha', '0.01', '--json')).stdout);
    expect(plan).toMatchObject({ drop: 0.05, power: 0.8, alpha: 0.01, comparisons: 12 });
  });

  it('breaks its lines at the width of the terminal', async () => {
    const plan = await planGatePower({ baseline, drop: 0.05 });
    for (const width of [40, 60, 80, 110]) {
      const lines = powerToText(plan, width).split('\n');
      if (width >= 60) expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines.join(' ').replace(/ +/g, ' ')).toContain(
        'To detect a worsening of 5 % with a probability of 90 %',
      );
    }
    expect(powerToText(plan, 60).split('\n').length).toBeGreaterThan(
      powerToText(plan, 200).split('\n').length,
    );
  });

  it.each([
    ['--drop', '0'],
    ['--drop', '5%', '--power', '2'],
    ['--drop', '5%', '--junit', 'x'],
    ['samples', '--drop', '5%'],
  ])('refuses %s %s %s %s', async (...args) => {
    expect((await run('gate', 'power', '--baseline', baseline, ...args)).code).toBe(2);
  });
});
