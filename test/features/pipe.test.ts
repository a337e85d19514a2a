import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ShardBuilder } from '../../src/features/shard-builder.js';
import { WaitingPictures } from '../../src/features/waiting-pictures.js';
import type { Picture } from '../../src/images/picture.js';
import { MemoryBudget } from '../../src/images/workers/memory-budget.js';
import type { Extractor } from '../../src/networks/extractor.js';

const COUNT = 40;

/** Pictures of two sizes, some of them side by side in one buffer. */
function pictures(): Picture[] {
  const slab = new ArrayBuffer(COUNT * 12);
  return Array.from({ length: COUNT }, (_, index) => {
    const isWide = index % 7 === 3;
    const pixels = isWide ? new Uint8Array(6) : new Uint8Array(slab, index * 12, 12);
    pixels.fill(index);
    return { ok: true, index, width: 2, height: isWide ? 1 : 2, pixels, changes: [] };
  });
}

/** A network that is done with its batches in any order. */
function slowExtractor(inFlight: number | undefined, failsAt?: number) {
  const seen = { now: 0, most: 0 };
  const extractor: Extractor = {
    identity: 'slow',
    device: 'cpu',
    placement: { device: 'cpu', isChosen: true, notes: [] },
    inFlight,
    widths: { features: 1, logits: 0, scores: 0 },
    async run({ pixels, count, width, height }) {
      seen.most = Math.max(seen.most, ++seen.now);
      await sleep(pixels[0] % 3);
      seen.now--;
      if (failsAt !== undefined && pixels.includes(failsAt)) throw new Error('the device is gone');
      const features = Float32Array.from({ length: count }, (_, i) => pixels[i * width * height * 3]);
      return { features, logits: new Float32Array(0), scores: new Float32Array(0) };
    },
    close: async () => undefined,
  };
  return { extractor, seen };
}

async function run(batchSize: number, inFlight?: number, failsAt?: number) {
  const { extractor, seen } = slowExtractor(inFlight, failsAt);
  const builder = new ShardBuilder({ start: 0, end: COUNT, extractor, outputs: ['features'], batchSize });
  const budget = new MemoryBudget(1e6);
  const waiting = new WaitingPictures([builder], budget);
  try {
    for (const picture of pictures()) await waiting.add(picture);
    await waiting.giveAll();
    await waiting.drain();
  } finally {
    await waiting.discard();
    expect(budget.held).toBe(0);
    expect(seen.now).toBe(0);
  }
  return { rows: builder.finish().arrays.features.data, most: seen.most };
}

describe('several batches in flight', () => {
  it('leave the same rows, whatever their size and the order in which they are done', async () => {
    const expected = Float32Array.from({ length: COUNT }, (_, i) => i);
    for (const inFlight of [undefined, 1, 2, 4]) {
      for (const batchSize of [1, 3, 8, 64]) {
        const { rows, most } = await run(batchSize, inFlight);
        expect(rows).toEqual(expected);
        expect(most).toBeLessThanOrEqual(inFlight ?? 1);
      }
    }
    expect((await run(1, 4)).most).toBe(4);
  });

  it('end with the error of the one that fails, when the others are done and hold no memory', async () => {
    for (const inFlight of [1, 3]) await expect(run(4, inFlight, 9)).rejects.toThrow('the device is gone');
  });
});
