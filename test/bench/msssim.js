import { pathToFileURL } from 'node:url';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';
import { openMsssim } from '../../dist/metrics/msssim/msssim-scorer.js';

const SIDES = [32, 64, 128];
/** The best of some rounds says most on a machine that others use too. */
const ROUNDS = 5;
const PIXELS_PER_ROUND = 2 ** 21;

function drawPictures(length) {
  const stream = new NumpyRandom(0);
  return Uint8Array.from({ length }, () => stream.interval(255));
}

/** MS-SSIM pairs per second of square RGB pictures, by their side in pixels: `{ 32: …, 64: …, 128: … }`. */
export async function benchMsssim() {
  const scorer = await openMsssim({ device: 'cpu' });
  const pairsPerSecond = {};
  for (const side of SIDES) {
    const count = PIXELS_PER_ROUND / (side * side);
    const batch = { count, height: side, width: side, channels: 3 };
    const a = drawPictures(count * side * side * 3);
    const b = a.toReversed();
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      await scorer.score({ ...batch, a, b });
      best = Math.min(best, performance.now() - start);
    }
    pairsPerSecond[side] = Math.round((1000 * count) / best);
  }
  await scorer.close();
  return pairsPerSecond;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [side, rate] of Object.entries(await benchMsssim()))
    console.log(`${side}×${side}: ${rate} pairs/s`);
}
