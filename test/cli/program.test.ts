import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseResult } from '../../src/documents/result.js';
import { scoreOptionsSchema } from '../../src/evaluate/options.js';
import { listMetricIds } from '../../src/metrics/registry.js';
import { SHORTCUTS } from '../../src/metrics/shortcuts.js';
import { PROGRAM, runNode, runProgram, SAMPLES } from './run-program.js';

let folder: string;
let cacheDir: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-program-'));
  cacheDir = join(folder, 'cache');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Scores the fixtures with all that is expensive left out. */
const quick = (...args: string[]) =>
  runProgram(['score', SAMPLES, '--metrics', 'is', '--device', 'cpu', '--cache-dir', cacheDir, ...args]);

describe('scoring a folder', () => {
  it('prints a table to stdout and writes the reports that were asked for', async () => {
    const files = {
      json: join(folder, 'r.json'),
      csv: join(folder, 'r.csv'),
      markdown: join(folder, 'r.md'),
    };
    const flags = Object.entries(files).flatMap(([name, path]) => [`--${name}`, path]);
    const { code, stdout, stderr } = await quick(...flags);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/Inception Score ↑ +\d\.\d+ ± \d\.\d+/);
    expect(stdout).not.toContain('\u001b');
    const result = parseResult(JSON.parse(readFileSync(files.json, 'utf8')));
    expect(result.samples.count).toBe(200);
    expect(readFileSync(files.csv, 'utf8')).toMatch(/^subject,metric,/);
    expect(readFileSync(files.markdown, 'utf8')).toMatch(/^## Image quality\n/);
    expect(readdirSync(folder).sort()).toEqual(['cache', 'r.csv', 'r.json', 'r.md']);
  });

  it('prints nothing but JSON with --json -', async () => {
    const { code, stdout } = await quick('--json', '-');
    expect(code).toBe(0);
    expect(parseResult(JSON.parse(stdout)).settings.metrics).toEqual(['is']);
  });

  it('replaces a file through a link, and writes into a device instead of replacing it', async () => {
    const target = join(folder, 'target.json');
    writeFileSync(target, 'old');
    symlinkSync(target, join(folder, 'link.json'));
    expect((await quick('--json', join(folder, 'link.json'), '--csv', '/dev/null')).code).toBe(0);
    expect(readFileSync(target, 'utf8')).toMatch(/^\{/);
    expect(readFileSync('/dev/null', 'utf8')).toBe('');
  });

  it('brings names with spaces, quotes, newlines and other alphabets through', async () => {
    const odd = join(folder, ' o"d\n飛行機\u202e \'');
    for (const name of ['bird', 'cat'])
      cpSync(join(SAMPLES, name), join(odd, `${name} \n"x`), { recursive: true });
    const args = ['score', odd, '--metrics', 'is,msssim', '--cache-dir', cacheDir];
    const { code, stdout } = await runProgram(args);
    expect(code).toBe(0);
    expect(stdout).toContain('o"d\\n飛行機\\u{202e} \': 40 pictures of 2 classes');
    expect(stdout).toMatch(/^ {2}cat \\n"x +20 /m);
    const { stderr } = await runProgram(['score', join(odd, 'no\nsuch\u001b[2J')]);
    expect(stderr).toMatch(/^ganeval: [^\n]*no\\nsuch\\u[^\n]*\[2J[^\n]*\n$/);
    expect(stderr).not.toContain('\u001b');
  });

  it('shares the work out and joins it to the same result', async () => {
    const parts = [1, 2].map((i) => join(folder, `part${i}`));
    for (const [i, out] of parts.entries()) {
      const { code, stdout } = await runProgram([
        'score',
        SAMPLES,
        '--metrics',
        'is',
        '--shard',
        `${i + 1}/2`,
        '--out',
        out,
      ]);
      expect(code).toBe(0);
      expect(stdout).toBe(`${out}\n`);
    }
    const merged = await runProgram(['merge', ...parts.toReversed(), '--json', '-']);
    const whole = await quick('--json', '-');
    const withoutRun = (text: string) => JSON.stringify({ ...JSON.parse(text), run: undefined });
    expect(withoutRun(merged.stdout)).toBe(withoutRun(whole.stdout));
    expect((await runProgram(['merge', parts[0]])).code).toBe(2);
  });

  it('says what it would do with --dry-run, and does nothing', async () => {
    const empty = join(folder, 'empty-cache');
    const { code, stdout } = await runProgram([
      'score',
      SAMPLES,
      '--resolutions',
      '8',
      '--dry-run',
      '--cache-dir',
      empty,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/samples +inception-cifar10 +8×8 +200 +0\n/);
    expect(stdout).toMatch(/Expected: /);
    expect(readdirSync(folder)).not.toContain('empty-cache');
  });
});

describe('exit codes', () => {
  it.each<[number, string, string[]]>([
    [2, 'wrong usage', ['score']],
    [3, 'no pictures', ['score', '/no/such/folder']],
    [4, 'no network', ['score', SAMPLES, '--model', 'no-such-network']],
    [4, 'no device', ['score', SAMPLES, '--device', 'cuda', '--no-cache']],
  ])('%i: %s, one line on stderr and nothing on stdout', async (code, _, args) => {
    const outcome = await runProgram(args);
    expect(outcome.code).toBe(code);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toMatch(/^ganeval: [^\n]+\.\n$/);
  });

  it('6: a cache that cannot be written', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const { code, stderr } = await runProgram(['score', SAMPLES, '--cache-dir', join(file, 'cache')]);
    expect(code).toBe(6);
    expect(stderr).toMatch(/^ganeval: [^\n]+\n$/);
  });

  it.runIf(process.platform === 'linux')('6: a disk that is full behind stdout', async () => {
    const script = `'${process.execPath}' '${PROGRAM}' data list > /dev/full; echo $?`;
    const { stdout, stderr } = await runNode([
      '-e',
      `process.stdout.write(require('child_process').spawnSync('sh', ['-c', ${JSON.stringify(script)}], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout)`,
    ]);
    expect(stdout).toBe('6\n');
    expect(stderr).toMatch(/Cannot write to stdout \(ENOSPC\)/);
  });

  it('0: a reader that has seen enough', async () => {
    const onStart = (child: { stdout: { destroy(): void } | null }) => child.stdout?.destroy();
    const { code, stderr } = await runProgram(['score', '--help'], { onStart });
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

describe('the other commands', () => {
  it('print the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect((await runProgram(['--version'])).stdout).toBe(`${version}\n`);
  });

  it('help with every option and its default', async () => {
    const { code, stdout } = await runProgram(['score', '--help']);
    expect(code).toBe(0);
    for (const [key, schema] of Object.entries(scoreOptionsSchema.shape)) {
      const flag = schema.meta()?.flag ?? key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(stdout).toContain(`--${flag} `);
    }
    expect(stdout).toMatch(/--splits .*\[default: 10\]/);
    expect(stdout).toMatch(/--device .*\n? *\[choices: "auto", "cpu", "webgpu", "cuda", "coreml", "dml"\]/);
  });

  it('write statistics that serve as a reference', async () => {
    const path = join(folder, 'stats.npz');
    const made = await runProgram(['stats', SAMPLES, '-o', path, '--cache-dir', cacheDir]);
    expect(made.stdout).toBe(`${path}\n`);
    expect(made.stderr).toMatch(/[1-9]\d* features from 200 pictures/);
    const { stdout } = await quick('--metrics', 'fid', '--reference', path, '--json', '-');
    const [fid] = parseResult(JSON.parse(stdout)).metrics;
    expect(fid).toMatchObject({ id: 'fid', status: 'ok' });
    expect(fid.status === 'ok' && Math.abs(fid.value)).toBeLessThan(1e-3);
  });

  it('list networks and data sets', async () => {
    const { networks } = JSON.parse((await runProgram(['models', 'list', '--json'])).stdout);
    expect(networks.map(({ name }: { name: string }) => name)).toContain('inception-cifar10');
    expect((await runProgram(['models', 'list'])).stdout).toMatch(/inception-cifar10 +embedded +\d\.\d MB/);
    expect((await runProgram(['data', 'list'])).stdout).toMatch(/cifar10 .*\nmnist /);
  });

  it('measure and prune the cache', async () => {
    await quick();
    const info = async () =>
      JSON.parse((await runProgram(['cache', 'info', '--json', '--cache-dir', cacheDir])).stdout);
    expect((await info()).shards).toBeGreaterThan(0);
    const kept = await runProgram([
      'cache',
      'prune',
      '--older-than',
      '1',
      '--max-size',
      '1G',
      '--cache-dir',
      cacheDir,
    ]);
    expect(kept.stdout).toMatch(/^Removed 0 shards/);
    expect(
      (await runProgram(['cache', 'prune', '--all'], { env: { GANEVAL_CACHE_DIR: cacheDir } })).code,
    ).toBe(0);
    expect(await info()).toMatchObject({ shards: 0, bytes: 0 });
  });

  it('complete commands, options and values', async () => {
    const complete = async (...words: string[]) =>
      (await runProgram(['--get-yargs-completions', 'ganeval', ...words])).stdout.split('\n');
    expect(await complete('')).toEqual(expect.arrayContaining(['score', 'cache', 'doctor']));
    expect(await complete('cache', '')).toEqual(expect.arrayContaining(['info', 'prune']));
    expect(await complete('score', '--ba')).toContain('--batch-size');
    expect(await complete('score', 'x', '--device', '')).toEqual(
      expect.arrayContaining(['auto', 'cpu', 'webgpu', 'cuda']),
    );
    expect(await complete('score', 'x', '--metrics', '')).toEqual(
      expect.arrayContaining([...listMetricIds(), ...Object.keys(SHORTCUTS)]),
    );
    const next = await complete('score', 'x', '--metrics', 'fid,fd-');
    expect(next).toEqual(expect.arrayContaining(['fid,fd-dinov2', 'fid,fd-clip']));
    expect(next).not.toContain('fid,fid');
  });

  it('print a completion script and nothing else, for the shell that SHELL names or that is named', async () => {
    const script = async (shell: string, ...words: string[]) =>
      runProgram(['completion', ...words], { env: { SHELL: shell } });
    const bash = await script('/bin/bash');
    expect(bash.stdout).toMatch(
      /^_ganeval\(\) \{\n[^#]*\ncomplete -o bashdefault -o default -F _ganeval ganeval\n$/,
    );
    expect((await script('/bin/zsh', 'bash')).stdout).toBe(bash.stdout);
    expect((await script('/usr/bin/zsh')).stdout).toMatch(/^#compdef ganeval\n/);
    expect((await script('', 'fish')).stdout).toContain("complete -c ganeval -a '(");
    for (const { stdout } of [bash, await script('zsh'), await script('fish')])
      expect(stdout).not.toMatch(/yargs c/);
    expect(await script('/bin/tcsh')).toMatchObject({ code: 2, stdout: '' });
  });

  it.skipIf(process.platform === 'win32')('complete in bash with the script', async () => {
    const { stdout } = await runProgram(['completion', 'bash']);
    const asked = `ganeval() { ${JSON.stringify(process.execPath)} ${JSON.stringify(PROGRAM)} "$@"; }
      ${stdout}
      COMP_WORDS=(ganeval score --ba); COMP_CWORD=2; _ganeval; echo "\${COMPREPLY[*]}"
      COMP_WORDS=(ganeval score x --device ''); COMP_CWORD=4; _ganeval; echo "\${COMPREPLY[*]}"`;
    expect(execFileSync('bash', ['--norc', '-c', asked], { encoding: 'utf8' })).toBe(
      '--batch-size\nauto cpu webgpu cuda coreml dml\n',
    );
  });

  it('show their help for -h as for --help', async () => {
    for (const words of [[], ['score'], ['cache', 'prune'], ['train', 'gan']]) {
      const [short, long] = [await runProgram([...words, '-h']), await runProgram([...words, '--help'])];
      expect(short).toEqual(long);
      expect(short.code).toBe(0);
      expect(short.stdout).toContain('-h, --help');
    }
  });
});

describe('ganeval doctor', () => {
  it('finds this installation fit', async () => {
    const { code, stdout } = await runProgram(['doctor', '--cache-dir', cacheDir]);
    expect(code).toBe(0);
    for (const what of ['onnxruntime-node', 'libvips', 'checksum correct', 'Scoring works here', cacheDir]) {
      expect(stdout).toContain(what);
    }
  });

  it('names what is broken, with what to do and the exit code of a score', async () => {
    const file = join(folder, 'no-folder');
    writeFileSync(file, '');
    const { code, stdout } = await runProgram(['doctor', '--json', '--cache-dir', join(file, 'cache')]);
    expect(code).toBe(6);
    const { works, checks } = JSON.parse(stdout);
    expect(works).toBe(false);
    expect(checks.at(-1)).toMatchObject({ name: 'cache', state: 'broken', exitCode: 6 });
    expect(checks.at(-1).fix).toContain('--cache-dir');
  });
});
