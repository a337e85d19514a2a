import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { openImages } from '../../dist/images/open.js';
import { encodePng } from '../../dist/images/write-png.js';
import { NumpyRandom } from '../../dist/math/random/numpy-random.js';

// How the decoders were chosen. Processor time per picture, from a few runs of minutes each on 2 cores that others used
// too (so ± 30 %), Node 20.20; a range is a first and a later pass over the same pictures, before and after compilation:
//
//   candidate                                     PNG 32×32    JPEG 128×128   bytes as PIL's
//   PIL 9.4 (libjpeg-turbo 2.1.5)                 73–105 µs    166–241 µs     –
//   sharp once a picture (libvips 8.18)           790          1310           yes
//   sharp join, 64 pictures a call                390          860            yes: its cost is a pipeline a picture, not a call
//   fast-png                                      180          –              yes
//   zlib's inflate, rows unfiltered here          59–95        –              yes
//   @julusian/jpeg-turbo 2.2 (native)             –            105            no: fast DCT, up to 12 levels off; 88 packages
//   @cwasm/jpeg-turbo, own glue (WebAssembly)     –            190–280        yes; libjpeg-turbo of an unknown age
//   @cornerstonejs/codec-libjpeg-turbo-8bit       –            190–380        yes; libjpeg-turbo as of 2026, kept
//
// So PNG goes through zlib and JPEG through the last; whatever is not plain goes through sharp.

const KINDS = {
  'PNG 32×32': { side: 32, count: 4000, extension: 'png' },
  'JPEG 128×128': { side: 128, count: 1500, extension: 'jpg' },
};
/** The best of some rounds says most on a machine that others use too. */
const ROUNDS = 4;

/**
 * Pictures per second, by kind and way: `{ 'PNG 32×32': { 'sharp once a picture': …, 'inspect, 1 worker': …, … }, … }`.
 * "from cold" counts starting the threads and compiling what they run.
 */
export async function benchDecode() {
  const rates = {};
  for (const [name, kind] of Object.entries(KINDS)) {
    const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
    try {
      await writePictures(folder, kind);
      rates[name] = await measureFolder(folder, kind.count);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return rates;
}

async function measureFolder(folder, count) {
  const { entries } = await openImages(folder);
  const some = entries.slice(0, Math.ceil(count / 4));
  const rates = {};
  rates['sharp once a picture'] = await rateOf(some.length, 2, async () => {
    for (const { id } of some) await sharp(join(folder, id)).raw().toBuffer();
  });
  for (const threads of [1, 2]) {
    const workers = `${threads} worker${threads > 1 ? 's' : ''}`;
    const source = await openImages(folder, { threads });
    rates[`inspect, ${workers}, from cold`] = await rateOf(count, 1, () => source.inspect());
    rates[`decode, ${workers}, from cold`] = await rateOf(count, 1, () => decodeAll(source));
    rates[`inspect, ${workers}`] = await rateOf(count, ROUNDS, () => source.inspect());
    rates[`decode, ${workers}`] = await rateOf(count, ROUNDS, () => decodeAll(source));
    await source.close();
  }
  return rates;
}

async function decodeAll(source) {
  for await (const outcome of source.pictures(source.entries.keys())) {
    if (!outcome.ok) throw new Error(`${source.entries[outcome.index].id} ${outcome.reason}`);
  }
}

async function rateOf(count, rounds, work) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return Math.round((1000 * count) / best);
}

/** Soft shapes with a little noise: they compress about as photographs do. */
async function writePictures(folder, { side, count, extension }) {
  const stream = new NumpyRandom(0);
  for (let i = 0; i < count; i++) {
    const coarse = Buffer.from(Array.from({ length: 8 * 8 * 3 }, () => stream.interval(255)));
    const pixels = await sharp(coarse, { raw: { width: 8, height: 8, channels: 3 } })
      .resize(side, side)
      .raw()
      .toBuffer();
    for (let p = 0; p < pixels.length; p++) pixels[p] = Math.min(255, pixels[p] + stream.interval(7));
    const bytes =
      extension === 'png'
        ? await encodePng({ width: side, height: side, channels: 3, pixels })
        : await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
            .jpeg({ quality: 90 })
            .toBuffer();
    await writeFile(join(folder, `${String(i).padStart(5, '0')}.${extension}`), bytes);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [kind, rates] of Object.entries(await benchDecode())) {
    for (const [way, rate] of Object.entries(rates)) console.log(`${kind}, ${way}: ${rate} pictures/s`);
  }
}
