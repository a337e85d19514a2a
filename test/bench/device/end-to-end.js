// Pictures a second from a folder of PNGs to the Inception Score: end-to-end.js DEVICE FOLDER, whose folders 32, 256 and few hold pictures.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openImages, score } from '../../../dist/index.js';
import { inceptionV3 } from './networks.js';
import { attempt, found } from './section.js';

const [device, folder] = process.argv.slice(2);

async function timeScore(what, samples, options) {
  const count = (await readdir(samples)).length;
  const start = performance.now();
  await score({ samples, metrics: ['is'], cache: false, device, ...options });
  found(what, (count * 1000) / (performance.now() - start), 'pictures/s');
}

/** What reading and decoding alone can give. */
async function timeDecoding(what, samples) {
  const source = await openImages(samples);
  const start = performance.now();
  let count = 0;
  for await (const outcome of source.pictures(source.entries.keys())) count += Number(outcome.ok ?? true);
  found(what, (count * 1000) / (performance.now() - start), 'pictures/s');
  await source.close();
}

const large = join(folder, device === 'cpu' ? 'few' : '256');
const small = join(folder, '32');
if (device === 'cpu') {
  await attempt('decoding 32×32', () => timeDecoding('decoding 32×32 alone', small));
  await attempt('decoding 256×256', () => timeDecoding('decoding 256×256 alone', large));
}
const model = await inceptionV3(folder);
if (device !== 'cpu') {
  // A short run beside the long one tells what starting costs.
  await attempt('few', () =>
    timeScore('few 256×256 PNGs, inception-v3, batch 64', join(folder, 'few'), { model, batchSize: 64 }),
  );
}
for (const batchSize of device === 'cpu' ? [undefined] : [undefined, 64, 128]) {
  const what = `256×256 PNGs, inception-v3, ${batchSize ? `batch ${batchSize}` : 'default batch'}`;
  await attempt(what, () => timeScore(what, large, { model, ...(batchSize && { batchSize }) }));
}
for (const batchSize of device === 'cpu' ? [undefined] : [undefined, 256]) {
  const what = `32×32 PNGs, inception-cifar10, ${batchSize ? `batch ${batchSize}` : 'default batch'}`;
  await attempt(what, () => timeScore(what, small, batchSize ? { batchSize } : {}));
}
