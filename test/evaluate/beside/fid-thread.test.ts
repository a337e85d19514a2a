import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { FidThread } from '../../../src/evaluate/beside/fid-thread.js';
import type { FidRequest, HeldTable } from '../../../src/evaluate/beside/messages.js';
import { ServedFid } from '../../../src/evaluate/beside/served-fid.js';
import { NumpyRandom } from '../../../src/math/random/numpy-random.js';
import { computeFid } from '../../../src/metrics/frechet/compute-fid.js';
import type { Rows } from '../../../src/metrics/rows.js';

const BUILT_SCRIPT = fileURLToPath(new URL('../../../dist/evaluate/beside/fid-worker.js', import.meta.url));
/** More than are followed each by itself, so that directions are drawn. */
const WIDTH = 400;
const SETTINGS = { seed: 3, level: 0.9 };

function drawTable(count: number, seed: number): HeldTable {
  const rng = new NumpyRandom(seed);
  const values = Float32Array.from(
    { length: count * WIDTH },
    (_, i) => rng.randomSample() * (1 + (i % WIDTH) / 9),
  );
  return { values, count, width: WIDTH };
}

const rowsOf = ({ values, count, width }: HeldTable): Rows => ({
  count,
  width,
  read: async (start, end) => values.slice(start * width, end * width),
});

const [real, other] = [drawTable(60, 1), drawTable(40, 2)];
const sets = [drawTable(40, 3), drawTable(30, 4)];
const labels = Int32Array.from({ length: 40 }, (_, i) => i % 3);

/** What FID is here, of a reference from which nothing is kept, on as many threads as the runtime takes. */
const computeHere = (samples: HeldTable, reference: HeldTable, ofRows?: Int32Array) =>
  computeFid({
    samples: { count: samples.count, features: rowsOf(samples), labels: ofRows },
    reference: { count: reference.count, features: rowsOf(reference) },
    settings: { ...SETTINGS, device: 'cpu', numSplits: 1, shuffle: false, kidSubsets: 1, kidSubsetSize: 1 },
  });

const request = (samples: HeldTable, more: Partial<FidRequest> = {}): FidRequest => ({
  ...SETTINGS,
  samples,
  threads: 1,
  stop: new Int32Array(new SharedArrayBuffer(4)),
  ...more,
});

describe('FID in another thread', () => {
  const thread = new FidThread(BUILT_SCRIPT);
  afterAll(() => thread.close());

  it('has the bits that it has here, of one set after the other, and of another reference', async () => {
    const [first, second] = [{}, {}];
    expect(await thread.compute(first, request(sets[0], { labels, reference: real }))).toEqual(
      await computeHere(sets[0], real, labels),
    );
    expect(thread.holds(first)).toBe(true);
    expect(await thread.compute(first, request(sets[1]))).toEqual(await computeHere(sets[1], real));
    expect(thread.holds(second)).toBe(false);
    await expect(thread.compute(second, request(sets[1]))).rejects.toThrow('another reference');
    expect(await thread.compute(second, request(sets[1], { reference: other }))).toEqual(
      await computeHere(sets[1], other),
    );
  });

  it('is refused once the thread has ended', async () => {
    const ended = new FidThread(BUILT_SCRIPT);
    await ended.close();
    await expect(ended.compute({}, request(sets[0], { reference: real }))).rejects.toThrow('ended');
  });
});

describe('what the thread does', () => {
  it('says what failed, stops where nobody waits, and goes on after both', async () => {
    const served = new ServedFid();
    expect(await served.answer(request(sets[0]))).toEqual({ error: 'there is no reference' });
    const stop = new Int32Array(new SharedArrayBuffer(4)).fill(1);
    const stopped = await served.answer(request(sets[1], { reference: real, stop }));
    expect(stopped).toEqual({ error: expect.stringContaining('aborted') });
    expect(await served.answer(request(sets[1]))).toEqual({ outcome: await computeHere(sets[1], real) });
    await served.close();
  });
});
