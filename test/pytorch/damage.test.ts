import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';

import { type PthTensor, readPth } from '../../src/pytorch/index.js';
import { expectRefusal } from './refusal.js';

const ZIP = readFileSync('fixtures/pytorch/checkpoint.pth');
const LEGACY = readFileSync('fixtures/pytorch/views-legacy.pth');

let path: string;
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'pth-damage-')), 'net.pth');
});
afterAll(() => rm(join(path, '..'), { recursive: true }));

describe('a file that was cut', () => {
  it.each([
    ['the zip', ZIP],
    ['the layout of before 1.6', LEGACY],
  ])('%s, at any byte', async (_, whole) => {
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      await expectRefusal(path, length === 0 ? /is empty/ : /cut short|damaged zip|neither a zip/);
    }
  });
});

describe('a file with a flipped bit', () => {
  const read = async (content: Buffer): Promise<Map<string, PthTensor> | undefined> => {
    await writeFile(path, content);
    return readPth(path).catch((error: unknown) => {
      expect(error).toBeInstanceOf(NetworkError);
      return undefined;
    });
  };
  const flip = (whole: Buffer, bit: number): Buffer => {
    const damaged = Buffer.from(whole);
    damaged[bit >> 3] ^= 1 << (bit & 7);
    return damaged;
  };

  it('is refused, or gives the very same tensors, where the layout has checksums', async () => {
    const whole = await read(ZIP);
    await fc.assert(
      fc.asyncProperty(fc.nat(ZIP.length * 8 - 1), async (bit) => {
        const found = await read(flip(ZIP, bit));
        if (found) expect(found).toEqual(whole);
      }),
      { numRuns: 600 },
    );
  });

  it('is refused, or read, where it has none', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(LEGACY.length * 8 - 1), async (bit) => {
        const found = await read(flip(LEGACY, bit));
        if (!found) refused++;
        else
          for (const { shape, data } of found.values())
            expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
      }),
      { numRuns: 600 },
    );
    expect(refused).toBeGreaterThan(150);
  });
});
