import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from './run-program.js';

const PICTURES = fileURLToPath(new URL('../../fixtures/hugging-face/pictures', import.meta.url));
const CHEAP = ['--metrics', 'is', '--splits', '1', '--device', 'cpu', '--threads', '1', '--no-cache'];

let folder: string;
let tar: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-stdin-'));
  const file = join(folder, 'pictures.tar');
  await create({ file, cwd: PICTURES, portable: true }, readdirSync(PICTURES));
  tar = readFileSync(file);
  mkdirSync(join(folder, 'temporary'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const env = () => ({ TMPDIR: join(folder, 'temporary') });
const left = () => readdirSync(join(folder, 'temporary'));

describe('ganeval score -', () => {
  it.each(['tar', 'tar.gz'])('scores a %s that is piped into it, and leaves nothing behind', async (form) => {
    const asFolder = await runProgram(['score', PICTURES, ...CHEAP, '--limit', '7', '--json', '-']);
    const piped = await runProgram(['score', '-', ...CHEAP, '--limit', '7', '--json', '-'], {
      env: env(),
      onStart: (child) => child.stdin?.end(form === 'tar' ? tar : gzipSync(tar)),
    });
    expect(piped.code, piped.stderr).toBe(0);
    const [wanted, found] = [asFolder, piped].map(({ stdout }) => JSON.parse(stdout));
    expect(found.samples).toEqual({ ...wanted.samples, source: '-', kind: 'tar' });
    expect(found.samples).toMatchObject({ count: 7, drawnFrom: 12 });
    expect(found.settings).toMatchObject({ limit: 7, seed: 2020 });
    expect(found.metrics).toEqual(wanted.metrics);
    expect(left()).toEqual([]);
  });

  it('stops at Ctrl-C while it waits for the rest, and leaves nothing behind', async () => {
    const { code } = await runProgram(['score', '-', ...CHEAP], {
      env: env(),
      onStart: (child) => {
        child.stdin?.write(tar.subarray(0, 2000));
        const timer = setInterval(() => {
          if (left().length === 0) return;
          clearInterval(timer);
          setTimeout(() => child.kill('SIGINT'), 200);
        }, 20);
        child.on('close', () => clearInterval(timer));
      },
    });
    expect(code).toBe(130);
    expect(left()).toEqual([]);
  });

  it('refuses nothing, and an empty name', async () => {
    const nothing = await runProgram(['score', '-', ...CHEAP], { onStart: (child) => child.stdin?.end() });
    expect(nothing).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^ganeval: Nothing came on the standard input/),
    });
    const empty = await runProgram(['score', '', ...CHEAP], { onStart: (child) => child.stdin?.end() });
    expect(empty).toMatchObject({ code: 3, stderr: expect.stringContaining('"" does not exist') });
  });
});

describe('a data set by its name', () => {
  it('that was not pulled is named with the command that brings it', async () => {
    const args = [
      'score',
      PICTURES,
      '--reference',
      'mnist:train',
      ...CHEAP,
      '--cache-dir',
      join(folder, 'cache'),
    ];
    expect(await runProgram(args)).toMatchObject({
      code: 3,
      stderr:
        'ganeval: The data set mnist is not here: fetch it with "ganeval data pull mnist --out mnist".\n',
    });
  });
});
