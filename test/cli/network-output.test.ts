import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '../../src/images/write-png.js';
import { writeNetwork } from '../evaluate/made-networks.js';
import { runProgram, SAMPLES } from './run-program.js';

let folder: string;
const at = (name: string) => join(folder, name);
const network = () => [
  '--model',
  at('made.onnx'),
  '--input-size',
  '32',
  '--normalize',
  '[0,1]',
  '--cache-dir',
  at('cache'),
];
const NAMED =
  /The network made gives features that are not finite for one picture of \S+ \("black\.png"\): remove/;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-unusable-'));
  await cp(join(SAMPLES, 'cat'), at('samples'), { recursive: true });
  const black = { width: 32, height: 32, channels: 3, pixels: new Uint8Array(3072) } as const;
  await writeFile(at('samples/black.png'), await encodePng(black));
  await writeNetwork(at('made.onnx'), { standardize: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a network that gives NaN for a picture', () => {
  test('ends a score with 3, after a whole document', async () => {
    const args = ['score', at('samples'), '--reference', join(SAMPLES, 'dog'), ...network(), '--json', '-'];
    const { code, stdout, stderr } = await runProgram(args);
    expect(stderr).toMatch(NAMED);
    expect(code).toBe(3);
    const { samples, metrics } = JSON.parse(stdout);
    expect(samples.unusable[0].pictures).toEqual([
      { id: 'black.png', reason: 'gives features that are not finite' },
    ]);
    for (const { subject, status } of metrics) {
      expect(status).toBe(subject === 'samples' ? 'not-computed' : 'ok');
    }
  });

  test('ends a score with 0 where bad pictures are skipped', async () => {
    const args = [
      'score',
      at('samples'),
      ...network(),
      '--metrics',
      'is',
      '--splits',
      '1',
      '--on-bad-image',
      'skip',
    ];
    expect(await runProgram(args)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/One bad picture/),
    });
  });

  test('ends stats and ablate with 3, and no statistics are written', async () => {
    const stats = [
      'stats',
      at('samples'),
      '-o',
      at('s.npz'),
      '--model',
      at('made.onnx'),
      '--input-size',
      '32',
    ];
    const outcomes = [
      await runProgram([...stats, '--normalize', '[0,1]', '--cache-dir', at('cache')]),
      await runProgram(['ablate', at('samples'), '--metrics', 'is', ...network(), '--json', at('a.json')]),
    ];
    for (const { code, stderr } of outcomes) {
      expect(stderr).toMatch(NAMED);
      expect(code).toBe(3);
    }
    await expect(stat(at('s.npz'))).rejects.toThrow(/ENOENT/);
    expect(JSON.parse(await readFile(at('a.json'), 'utf8')).sets[0].curves[0].status).toBe('not-computed');
  });
});
