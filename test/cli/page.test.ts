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
    expect(text).toContain('sampleClose0.00');
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

  it('writes pages for ablate, compare and gate, with pictures where the files are those that were scored', async () => {
    const result = JSON.parse(await readFile(file('r.json'), 'utf8'));
    await writeFile(file('other.json'), JSON.stringify(result));
    const moved = { ...result, samples: { ...result.samples, source: file('nowhere') } };
    await writeFile(file('moved.json'), JSON.stringify(moved));
    const failing = ['--baseline', file('other.json'), '--floor', 'is=100', '--floor', 'accuracy=1'];
    const runs: [string[], number, RegExp, (texts: string, pictures: number) => void][] = [
      [
        ['ablate', SAMPLES, '--metrics', 'accuracy', '--resolutions', '16', '--cache-dir', file('cache')],
        0,
        /^at (16×16|32×32), sample /,
        (_, pictures) => expect(pictures).toBe(12),
      ],
      [
        ['compare', file('r.json'), file('other.json'), file('moved.json')],
        0,
        /^sample /,
        (text, pictures) => {
          expect(pictures).toBe(2 * 10 * 6);
          expect(text.match(/nowhere can't be opened from here/g)).toHaveLength(1);
        },
      ],
      [
        ['gate', file('r.json'), '--baseline', file('other.json')],
        0,
        /^(sample|reference) /,
        (_, pictures) => expect(pictures).toBe(0),
      ],
      [
        ['gate', file('moved.json'), ...failing],
        1,
        /^(sample|reference) /,
        (text, pictures) => {
          expect(pictures).toBe(24);
          expect(text).toContain("nowhere can't be opened from here");
        },
      ],
      [
        ['gate', SAMPLES, ...failing, '--cache-dir', file('cache')],
        1,
        /^(sample|reference) /,
        (_, pictures) => expect(pictures).toBe(48),
      ],
    ];
    for (const [args, expected, alt, check] of runs) {
      const { code, stderr } = await runProgram([...args, '--html', file('p.html')]);
      expect([code, stderr]).toEqual([expected, expect.any(String)]);
      const { tags, texts } = readPage(await readFile(file('p.html'), 'utf8'));
      check(texts.join(''), tags.filter(({ attributes }) => alt.test(attributes.alt ?? '')).length);
    }
  });
});
