// 10,000 pictures of CIFAR-10 as Hugging Face has them, PNG bytes in Parquet, against the same pictures as a folder: pictures a second in
// turns in one process, peak memory of a score with all metrics in a process of its own, and whether the metrics are the same.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parquetWriteFile } from 'hyparquet-writer';
import { cacheFolder } from '../../dist/features/cache.js';
import { openImages, pullDataset, score } from '../../dist/index.js';
import { median } from './pictures.js';

const ROUNDS = 3;
const ROWS_A_GROUP = 1000;
const INDEX = new URL('../../dist/index.js', import.meta.url).href;

/** The pictures of a folder in the order of their names, with the features that `datasets` would write. */
async function writeParquet(folder, file, codec) {
  const source = await openImages(folder);
  const { entries, classNames } = source;
  const data = await Promise.all(
    entries.map(async ({ id }) => ({ bytes: await readFile(join(folder, id)), path: id })),
  );
  await source.close();
  const features = { image: { _type: 'Image' }, label: { names: classNames, _type: 'ClassLabel' } };
  parquetWriteFile({
    filename: file,
    codec,
    rowGroupSize: ROWS_A_GROUP,
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    columnData: [
      { name: 'image', data },
      { name: 'label', data: entries.map(({ label }) => BigInt(label)) },
    ],
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
  });
}

/** Pictures a second from the file or folder to the Inception Score, without the cache. */
async function timeScore(samples, count) {
  const start = performance.now();
  await score({ samples, metrics: ['is'], cache: false });
  return count / ((performance.now() - start) / 1000);
}

/** Peak resident memory in MiB of a score with all metrics against the same pictures, and the metrics. */
function measure(samples) {
  const script = `
    import { score } from ${JSON.stringify(INDEX)};
    const samples = ${JSON.stringify(samples)};
    const { metrics } = await score({ samples, reference: samples, cache: false });
    console.log(JSON.stringify({ memory: process.resourceUsage().maxRSS / 1024, metrics }));
  `;
  const options = { encoding: 'utf8', maxBuffer: 2 ** 28 };
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], options));
}

export async function benchParquet() {
  const folder = await mkdtemp(join(tmpdir(), 'ganeval-bench-'));
  try {
    const cacheDir = cacheFolder(process.env.GANEVAL_CACHE_DIR);
    const { pictures, splits } = await pullDataset('cifar10', { out: folder, cacheDir, split: 'test' });
    const [{ path: pngs }] = splits;
    const forms = { plain: join(folder, 'plain.parquet'), snappy: join(folder, 'snappy.parquet') };
    await writeParquet(pngs, forms.plain, 'UNCOMPRESSED');
    await writeParquet(pngs, forms.snappy, 'SNAPPY');
    const rates = { folder: [], plain: [], snappy: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.folder.push(await timeScore(pngs, pictures));
      for (const form of ['plain', 'snappy']) rates[form].push(await timeScore(forms[form], pictures));
    }
    const asFolder = measure(pngs);
    const rows = { 'folder, pictures/s': Math.round(median(rates.folder)) };
    for (const [form, path] of Object.entries(forms)) {
      const name = form === 'plain' ? 'Parquet' : 'Parquet in Snappy';
      const found = measure(path);
      const isSame = JSON.stringify(found.metrics) === JSON.stringify(asFolder.metrics);
      rows[`${name}, pictures/s`] = Math.round(median(rates[form]));
      rows[`${name} / folder (median of pairs)`] = median(
        rates[form].map((rate, i) => rate / rates.folder[i]),
      ).toFixed(2);
      rows[`${name}, peak memory / folder's`] =
        `${(found.memory / asFolder.memory).toFixed(2)} (${Math.round(found.memory)} / ${Math.round(asFolder.memory)} MiB)`;
      rows[`${name}, metrics`] = isSame ? 'the same to the byte' : 'ANOTHER VALUE';
      if (!isSame) process.exitCode = 1;
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [what, value] of Object.entries(await benchParquet())) console.log(`${what}: ${value}`);
}
