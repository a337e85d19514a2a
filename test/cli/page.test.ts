import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPage } from '../report/page/page-structure.js';
import { PROGRAM, runProgram, SAMPLES } from './run-program.js';

const HOSTILE = '<script>alert(1)</script> "real"';

describe('score --html', () => {
  let folder: string;
  let page: string;
  const file = (name: string) => join(folder, name);
  const score = (...args: string[]) =>
    runProgram(['score', SAMPLES, '--cache-dir', file('cache'), '--metrics', 'is,accuracy,msssim', ...args]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ganeval-page-'));
    // A reference that differs in one class and shares the files of the others.
    await cp(SAMPLES, file(HOSTILE.replaceAll('/', '_')), { recursive: true });
    await rm(join(file(HOSTILE.replaceAll('/', '_')), 'airplane'), { recursive: true });
    const reference = file(HOSTILE.replaceAll('/', '_'));
    const { code } = await score(
      '--reference',
      reference,
      '--html',
      file('page.html'),
      '--json',
      file('r.json'),
    );
    expect(code).toBe(0);
    page = await readFile(file('page.html'), 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('shows sheets of classes and the nearest real pictures, copies among them', () => {
    const { tags, texts } = readPage(page);
    const alts = tags.flatMap(({ attributes }) => attributes.alt ?? []);
    expect(alts.filter((alt) => alt.startsWith('sample ')).length).toBeGreaterThan(6 * 16);
    expect(alts.filter((alt) => alt.startsWith('reference ')).length).toBeGreaterThan(12);
    const text = texts.join('');
    expect(text).toContain('180 samples are byte for byte pictures of the reference.');
    expect(text).toContain('more than chance explains');
    // A copy stands beside itself.
    expect(text).toContain('sample0.00');
    expect(text).toContain('<script>alert(1)<_script> "real"');
    expect(page.length).toBeLessThan(5e6);
  });

  it('gives the command that makes the same numbers', async () => {
    const { texts } = readPage(page);
    const command = texts.find((text) => text.startsWith('ganeval score '))!;
    const program = `'${process.execPath}' '${PROGRAM}'`;
    const again = `${command.replace('ganeval', program)} --cache-dir '${file('cache')}' --json '${file('again.json')}'`;
    expect(spawnSync('sh', ['-c', again]).status).toBe(0);
    const [first, second] = await Promise.all(
      ['r.json', 'again.json'].map(async (name) => JSON.parse(await readFile(file(name), 'utf8'))),
    );
    expect({ ...second, run: undefined }).toEqual({ ...first, run: undefined });
  });

  it('writes pages for ablate, compare and gate', async () => {
    await writeFile(file('other.json'), await readFile(file('r.json')));
    const runs = [
      ['ablate', SAMPLES, '--metrics', 'accuracy', '--resolutions', '16', '--cache-dir', file('cache')],
      ['compare', file('r.json'), file('other.json')],
      ['gate', file('r.json'), '--baseline', file('other.json')],
    ];
    for (const args of runs) {
      const { code, stderr } = await runProgram([...args, '--html', file('p.html')]);
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      expect(readPage(await readFile(file('p.html'), 'utf8')).tags.length).toBeGreaterThan(100);
    }
  });
});
