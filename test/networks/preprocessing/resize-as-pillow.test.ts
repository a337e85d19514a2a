import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NetworkCard } from '../../../src/networks/cards/card.js';
import type { PillowMethod } from '../../../src/networks/preprocessing/pillow/pillow-filters.js';
import { resizeAsPillow } from '../../../src/networks/preprocessing/pillow/resize-as-pillow.js';

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
      const resize = `pil-${filter}-uint8` as PillowMethod;
      expect(digest(resizeAsPillow({ width, height, pixels }, { ...framing, resize })), key).toBe(
        sha256[key],
      );
    }
  });
});

function digest(levels: Uint8Array): string {
  return createHash('sha256').update(levels).digest('hex').slice(0, 16);
}

it('resizes a strip of so many pixels that its weights are not kept, to the byte of Pillow 13', () => {
  const [width, height] = [700_001, 2];
  const strip = { width, height, pixels: noise(width, height) };
  expect(digest(resizeAsPillow(strip, { size: 32, resize: 'pil-lanczos-uint8' }))).toBe('cc6d584926e6905c');
});
