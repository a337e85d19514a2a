import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { inRepository } from '../kill/scenarios/program.js';

/** Larger ones say no more about a format, and are slower. */
const MAX_SEED_BYTES = 1 << 15;
const FIXTURES = ['fixtures', 'models'].map(inRepository);
const CORPUS = inRepository('test/hostile/corpus/index.ts');

/**
 * The inputs that fuzzing begins with: the fixtures, and what the corpus of hostile inputs makes.
 *
 * @param {boolean} onlyFixtures leaves the corpus out, which takes a while to make
 * @returns {Promise<{ name: string, bytes: Buffer }[]>}
 */
export async function gatherSeeds(onlyFixtures) {
  const hostile = onlyFixtures ? [] : await hostileInputs();
  return [...FIXTURES.flatMap(filesBelow), ...hostile, ...smallSeeds()];
}

/** Formats of which no file is committed. */
function smallSeeds() {
  const data = Buffer.alloc(24);
  const json = JSON.stringify({
    __metadata__: {
      identity: '{"a":"b"}',
      progress: '{"step":1,"lastLoggedStep":1,"seconds":2}',
      sha256: '0',
    },
    weight: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return [
    { name: 'made.safetensors', bytes: Buffer.concat([length, Buffer.from(json), data]) },
    { name: 'made.csv', bytes: Buffer.from('path,label\na.png,cat\nb.png,"dog, small"\n') },
    {
      name: 'made.jsonl',
      bytes: Buffer.from('{"path":"a.png","label":"cat"}\n{"path":"b.png","label":"dog"}\n'),
    },
    {
      name: 'rules.json',
      bytes: Buffer.from('{"alpha":0.05,"adjust":[{"kind":"floor","metric":"is","limit":2}]}'),
    },
    {
      name: 'config.json',
      bytes: Buffer.from('{"seed":1,"metrics":["is","fid"],"splits":2,"range":"0..1"}'),
    },
  ];
}

function filesBelow(root) {
  const seeds = [];
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && statSync(path).size <= MAX_SEED_BYTES)
      seeds.push({ name: basename(path), bytes: readFileSync(path) });
  }
  return seeds;
}

/** The corpus is TypeScript: it is built into the folder of the built program, where it finds its packages. */
async function hostileInputs() {
  const outfile = inRepository('dist/fuzz-corpus.mjs');
  const places = {
    name: 'places of the sources',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8')
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
        loader: 'ts',
      }));
    },
  };
  const how = { bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' };
  await build({ entryPoints: [CORPUS], outfile, plugins: [places], ...how });
  const { CORPUS: cases } = await import(pathToFileURL(outfile).href);
  rmSync(outfile);
  const seeds = [];
  for (const each of cases) seeds.push(...(await inputsOf(each)));
  return seeds;
}

/** The small plain files of a case; a case that this machine can't make gives none. */
async function inputsOf({ make }) {
  const folder = mkdtempSync(join(tmpdir(), 'ganeval-seed-'));
  try {
    await make(folder);
    return filesBelow(folder);
  } catch {
    return [];
  } finally {
    // Node can't remove folders that are closed, or too deep for a path.
    execFileSync('chmod', ['-R', 'u+rwX', folder], { stdio: 'ignore' });
    execFileSync('rm', ['-rf', folder]);
  }
}

/** Writes the seeds of a target to a folder. */
export function writeSeeds(folder, seeds, extensions) {
  mkdirSync(folder, { recursive: true });
  const chosen = seeds.filter(({ name }) => extensions.includes(extname(name).slice(1).toLowerCase()));
  for (const [number, { name, bytes }] of chosen.entries())
    writeFileSync(join(folder, `${number}-${name}`), bytes);
  return chosen.length;
}
