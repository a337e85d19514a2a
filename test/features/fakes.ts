import { createHash } from 'node:crypto';
import { ImagesError } from '../../src/core/errors.js';
import type { ImageSource } from '../../src/images/image-source.js';

import { Inspections } from '../../src/images/inspections.js';
import type { PictureOutcome } from '../../src/images/picture.js';
import type { Extractor, ExtractorPlan } from '../../src/networks/extractor.js';

export interface FakePicture {
  readonly width: number;
  readonly height: number;
  readonly value: number;
  readonly bad?: boolean;
}

/** Flat gray pictures of one value each; `reads` counts how many were decoded. */
export function fakeSource(pictures: readonly FakePicture[]): ImageSource & { reads: number } {
  const outcome = (index: number): PictureOutcome => {
    const { width, height, value, bad } = pictures[index];
    source.reads++;
    if (bad) return { ok: false, index, reason: 'is cut short' };
    const pixels = new Uint8Array(width * height * 3).fill(value);
    return { ok: true, index, width, height, pixels, changes: value % 2 ? ['gray-expanded'] : [] };
  };
  const source: ImageSource & { reads: number } = {
    reads: 0,
    name: 'fakes',
    kind: 'memory',
    decoding: 'fake@1',
    warnings: [],
    entries: pictures.map((_, i) => ({ id: `${i}.png` })),
    inspect: async () => inspectFakes(pictures),
    async *pictures(indices, { signal } = {}) {
      for (const index of indices) {
        signal?.throwIfAborted();
        yield outcome(index);
      }
    },
    async picture(index) {
      const picture = outcome(index);
      if (!picture.ok) throw new ImagesError(picture.reason);
      return picture;
    },
    close: async () => undefined,
  };
  return source;
}

export function inspectFakes(pictures: readonly FakePicture[]) {
  return Inspections.of(
    pictures.map((picture, i) => ({
      sha256: createHash('sha256')
        .update(JSON.stringify([i, picture]))
        .digest('hex'),
      width: picture.width,
      height: picture.height,
    })),
  );
}

/** Gives [first pixel, width] as features and [value] as logits; `runs` keeps the size of every batch. */
export function fakeExtractor(onRun?: (runs: number) => void): ExtractorPlan & { runs: number[] } {
  const runs: number[] = [];
  const extractor: Extractor = {
    identity: 'fake-network',
    device: 'cpu',
    placement: { device: 'cpu', isChosen: true, notes: [] },
    widths: { features: 2, logits: 1, scores: 0 },
    async run({ pixels, count, height, width }) {
      runs.push(count);
      onRun?.(runs.length);
      const first = (i: number) => pixels[i * height * width * 3];
      return {
        features: Float32Array.from({ length: count * 2 }, (_, k) => (k % 2 ? width : first(k >> 1))),
        logits: Float32Array.from({ length: count }, (_, i) => first(i)),
        scores: new Float32Array(0),
      };
    },
    close: async () => undefined,
  };
  const { identity, widths } = extractor;
  return { identity, widths, preprocessing: 'none', weightBytes: 0, runs, open: async () => extractor };
}
