import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ImagesError } from '../../../src/core/errors.js';
import { decodeStrip } from '../../../src/images/decoding/decode-strip.js';

import { encodePng } from '../../../src/images/write-png.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('gives size and bytes of an RGB strip', async () => {
  const pixels = Uint8Array.from({ length: 1024 * 5 * 3 }, (_, i) => i % 251);
  await writeFile(join(folder, 's.png'), await encodePng({ width: 1024, height: 5, channels: 3, pixels }));
  const strip = await decodeStrip(join(folder, 's.png'));
  expect([strip.width, strip.height]).toEqual([1024, 5]);
  expect(Buffer.compare(strip.pixels, pixels)).toBe(0);
});

it('names a strip that is missing or cut short', async () => {
  const pixels = new Uint8Array(1024 * 5 * 3).map((_, i) => (i * 7919) >> 3);
  const bytes = await encodePng({ width: 1024, height: 5, channels: 3, pixels });
  await writeFile(join(folder, 'short.png'), bytes.subarray(0, bytes.length / 2));
  for (const name of ['short.png', 'absent.png']) {
    const decoding = decodeStrip(join(folder, name));
    await expect(decoding).rejects.toThrow(ImagesError);
    await expect(decoding).rejects.toThrow(name);
  }
});
