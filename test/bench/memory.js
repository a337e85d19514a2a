// Peak memory of a score of large pictures, above that of a score of one small picture: the most that the process had resident.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';

const PROGRAM = fileURLToPath(new URL('../../bin/ganeval.js', import.meta.url));
// On Linux the peak of /proc: that of resourceUsage begins at what the parent had when it started the process.
const PEAK = `require('node:fs').existsSync('/proc/self/status')
  ? /VmHWM:\\s*(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'latin1'))[1]
  : process.resourceUsage().maxRSS`;
const REPORT = `data:text/javascript,${encodeURIComponent(
  `import { createRequire } from 'node:module'; const require = createRequire('file:///');
process.on('exit', () => process.stderr.write('peak ' + (${PEAK}) + '\\n'))`,
)}`;

/** [count, width, height] by kind of file; JPEG has at most 65535 pixels a side. */
const CASES = [
  [1, 32, 32, 'png'],
  [4, 2048, 2048, 'png'],
  [4, 4096, 4096, 'png'],
  [8, 8192, 8192, 'png'],
  [1, 1, 10_000_000, 'png'],
  [1, 10_000_000, 1, 'png'],
  [1, 65536, 1024, 'png'],
  [1, 2, 2 ** 25, 'png'],
  [2, 8192, 8192, 'jpg'],
  [2, 8192, 8192, 'progressive.jpg'],
  [2, 8192, 8192, 'tif'],
  [2, 8192, 8192, 'webp'],
  [4, 4096, 4096, 'npy'],
  [4, 4096, 4096, 'float.npy'],
];

/** Little-endian numbers from a short cycle of noise: a large file of real noise takes a minute to pack. */
function makePixels(length) {
  const pixels = Buffer.allocUnsafeSlow(length);
  const cycle = Buffer.alloc(65521);
  for (let i = 0; i < cycle.length; i++) cycle[i] = Math.imul(i, 0x9e3779b1) >>> 24;
  for (let at = 0; at < length; at += cycle.length) cycle.copy(pixels, at);
  return pixels;
}

async function writeArray(path, shape, type, bytes) {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`);
  const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  await writeFile(path, Buffer.concat([head, header, bytes]));
}

async function writeCase(folder, [count, width, height, kind]) {
  const pixels = makePixels(width * height * 3);
  if (kind.endsWith('npy')) {
    const path = join(folder, kind === 'float.npy' ? 'float.npy' : 'pictures.npy');
    const isFloat = kind === 'float.npy';
    const one = isFloat ? Buffer.from(Float32Array.from(pixels, (value) => value / 255).buffer) : pixels;
    await writeArray(
      path,
      [count, height, width, 3],
      isFloat ? '<f4' : '|u1',
      Buffer.concat(Array(count).fill(one)),
    );
    return path;
  }
  const picture = sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  const encoded = {
    png: () => picture.png({ compressionLevel: 1 }),
    jpg: () => picture.jpeg(),
    'progressive.jpg': () => picture.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
    tif: () => picture.tiff({ compression: 'deflate' }),
    webp: () => picture.webp({ effort: 0 }),
  }[kind]();
  const bytes = await encoded.toBuffer();
  for (let i = 0; i < count; i++) await writeFile(join(folder, `${i}.${kind}`), bytes);
  return folder;
}

/** Peak in MB and seconds of a score in a process of its own. */
function scoreApart(path, threads) {
  const options = ['--no-cache', '--metrics', 'is', '--splits', '1', '--threads', threads, '--device', 'cpu'];
  if (path.endsWith('float.npy')) options.push('--range', '0..1');
  const start = performance.now();
  const args = ['--import', REPORT, PROGRAM, 'score', path, ...options];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const [, peak] = /peak (\d+)/.exec(stderr) ?? [];
  if (peak === undefined) throw new Error(stderr);
  return { peak: Number(peak) / 1000, seconds: (performance.now() - start) / 1000, status, stderr };
}

/** Peaks above the idle run, in MB, one after the other: `{ name, threads, above, seconds, status }`; the first is the idle run itself. */
export async function* benchMemory({ cases = CASES, threads = [1, 4] } = {}) {
  const idle = new Map();
  for (const each of cases) {
    const folder = await mkdtemp(join(tmpdir(), 'ganeval-memory-'));
    try {
      const path = await writeCase(folder, each);
      for (const count of threads) {
        const { peak, seconds, status } = scoreApart(path, String(count));
        const above = peak - (idle.get(count) ?? 0);
        if (!idle.has(count)) idle.set(count, peak);
        const [pictures, width, height, kind] = each;
        const name = `${pictures} × ${width}×${height} ${kind}`;
        yield { name, threads: count, above, seconds, status };
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  // `node test/bench/memory.js 8192` measures some of them.
  const only = process.argv[2] ?? '';
  const cases = CASES.filter((each, i) => i === 0 || each.join('x').includes(only));
  for await (const { name, threads, above, seconds, status } of benchMemory({ cases })) {
    const end = status === 0 ? '' : `  exit ${status}`;
    console.log(
      `${name.padEnd(34)} ${threads} threads ${above.toFixed(0).padStart(6)} MB  ${seconds.toFixed(1)} s${end}`,
    );
  }
}
