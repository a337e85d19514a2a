import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NetworkCard } from '../../../src/networks/cards/card.js';
import { frameOf } from '../../../src/networks/preprocessing/framing.js';
import type { PillowMethod } from '../../../src/networks/preprocessing/pillow/pillow-filters.js';
import { PillowResize } from '../../../src/networks/preprocessing/pillow/pillow-resize.js';

/** Digests of what Pillow makes of noise; fixtures/golden/preprocessing/README.md says how they were made. */
const { sha256 }: { sha256: Record<string, string> } = JSON.parse(
  readFileSync(new URL('../../../fixtures/golden/preprocessing/pillow.json', import.meta.url), 'utf8'),
);

/** One byte a sample, of a linear congruential generator. */
function noise(width: number, height: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const sizes = [...new Set(Object.keys(sha256).map((key) => key.split(' ')[0]))];

describe.each(sizes)('Pillow of pictures of %s', (size) => {
  const [width, height] = size.split('x').map(Number);
  const pixels = noise(width, height);

  it.each(['box', 'bilinear', 'hamming', 'bicubic', 'lanczos'])('%s, to the byte', (filter) => {
    const cases = Object.keys(sha256).filter((key) => key.startsWith(`${size} ${filter} `));
    expect(cases).toHaveLength(6);
    for (const key of cases) {
      const [, , fit, resizeTo, side = resizeTo, middle] = key.split(' ');
      const framing = { size: Number(side), resizeTo: Number(resizeTo), fit, middle } as Pick<
        NetworkCard['input'],
        'size' | 'resizeTo' | 'fit' | 'middle'
      >;
      const resizer = new PillowResize(
        frameOf({ width, height }, framing),
        framing.size,
        `pil-${filter}-uint8` as PillowMethod,
      );
      const planes = new Float32Array(3 * framing.size ** 2);
      resizer.resize({ width, height, pixels }, planes);
      expect(digest(planes), key).toBe(sha256[key]);
    }
  });
});

/** Of the picture as Pillow stores it, channels last. */
function digest(planes: Float32Array): string {
  const plane = planes.length / 3;
  const bytes = Uint8Array.from(planes, (_, i) => planes[(i % 3) * plane + Math.floor(i / 3)]);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
