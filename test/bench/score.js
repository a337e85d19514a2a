// Pictures a second from folder to result against the bare session fed with ready batches, in turns in one process;
// and peak memory at 10,000 and 50,000 pictures, each in a process of its own.
import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { score } from '../../dist/index.js';
import { openExtractor } from '../../dist/networks/extractor.js';
import { openNetwork } from '../../dist/networks/network.js';
import { openSession } from '../../dist/onnx/session.js';
import { median, writePictures } from './pictures.js';

const ROUNDS = 5;
const PICTURES = 4000;
const BATCH = 64;
const MODEL = fileURLToPath(new URL('../../models/inception-cifar10.onnx', import.meta.url));

/** Pictures a second of the network alone: float32 batches that stand ready. */
async function timeBareSession() {
  const session = await openSession(MODEL);
  const data = Float32Array.from({ length: BATCH * 3072 }, (_, i) => Math.sin(i));
  const feeds = { image: { type: 'float32', shape: [BATCH, 3, 32, 32], data } };
  await session.run(feeds);
  const start = performance.now();
  for (let done = 0; done < PICTURES; done += BATCH) await session.run(feeds);
  const seconds = (performance.now() - start) / 1000;
  await session.close();
  return PICTURES / seconds;
}

/** The same network behind its preprocessing, fed with uint8 batches that stand ready. */
async function timeUint8Session() {
  const extractor = await openExtractor(await openNetwork('inception-cifar10'), { downsample: 'decimate' });
  const pixels = Uint8Array.from({ length: BATCH * 3072 }, (_, i) => i % 256);
  const batch = { pixels, count: BATCH, width: 32, height: 32 };
  await extractor.run(batch);
  const start = performance.now();
  for (let done = 0; done < PICTURES; done += BATCH) await extractor.run(batch);
  const seconds = (performance.now() - start) / 1000;
  await extractor.close();
  return PICTURES / seconds;
}

/** From the folder to the result, without the cache: reading, digests, decoding, network, shards, Inception Score. */
async function timeScore(folder) {
  const start = performance.now();
  await score({ samples: folder, metrics: ['is'], cache: false });
  return PICTURES / ((performance.now() - start) / 1000);
}

/** Peak resident memory in MiB of a whole score with all metrics, measured by the process itself. */
function measureMemory(folder) {
  const script = `
    import { score } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    await score({ samples: ${JSON.stringify(folder)}, metrics: ['is', 'msssim', 'fid', 'kid'], reference: ${JSON.stringify(folder)}, cache: false });
    console.log(process.resourceUsage().maxRSS / 1024);
  `;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

/** A folder with every picture of `from` under five names: five times as many pictures at no cost in disk. */
async function linkFiveTimes(from, to) {
  const { openImages } = await import('../../dist/index.js');
  const source = await openImages(from);
  for (const { id } of source.entries) {
    const [name, file] = id.split('/');
    await mkdir(join(to, name), { recursive: true });
    for (let i = 0; i < 5; i++) await link(join(from, id), join(to, name, `${i}-${file}`));
  }
  await source.close();
}

export async function benchScore() {
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
  try {
    const small = join(folder, 'small');
    await writePictures(small, PICTURES);
    const rates = { bare: [], uint8: [], score: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.bare.push(await timeBareSession());
      rates.uint8.push(await timeUint8Session());
      rates.score.push(await timeScore(small));
    }
    const ratios = rates.score.map((rate, i) => rate / rates.bare[i]);
    const at10k = join(folder, '10k');
    const at50k = join(folder, '50k');
    await writePictures(at10k, 10_000);
    await linkFiveTimes(at10k, at50k);
    const memory = [measureMemory(at10k), measureMemory(at50k)];
    return {
      'bare session, pictures/s': Math.round(median(rates.bare)),
      'uint8 session, pictures/s': Math.round(median(rates.uint8)),
      'folder to result, pictures/s': Math.round(median(rates.score)),
      'folder to result / bare session (median of pairs)': median(ratios).toFixed(2),
      'peak memory at 10,000 pictures, MiB': Math.round(memory[0]),
      'peak memory at 50,000 pictures, MiB': Math.round(memory[1]),
      'memory at 50,000 / at 10,000': (memory[1] / memory[0]).toFixed(2),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [what, value] of Object.entries(await benchScore())) console.log(`${what}: ${value}`);
}
