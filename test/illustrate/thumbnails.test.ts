import { expect, it } from 'vitest';
import { Thumbnails } from '../../src/illustrate/thumbnails.js';

it('bounds the thumbnails of a page: large ones first, then small ones', async () => {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  // Noise, which no format makes smaller.
  const picture = { width: 300, height: 200, pixels: Uint8Array.from({ length: 300 * 200 * 3 }, next) };
  const thumbnails = new Thumbnails();
  let bytes = 0;
  const widths: number[] = [];
  for (let i = 0; i < 400; i++) {
    const made = await thumbnails.make(picture);
    bytes += made.bytes.length;
    widths.push(made.width);
  }
  expect([widths[0], widths[399]]).toEqual([256, 96]);
  expect(bytes).toBeLessThan(8e6);
});
