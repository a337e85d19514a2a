// Fuzzes one target in a process of its own, which its parent may kill: target, seed, folder of seeds, folder to work in, and the
// milliseconds to spend. Each input is on the disk before it is read, so that one that ends the process is known.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import process from 'node:process';
import { drawInteger, makeRandom } from '../kill/random.js';
import { Coverage } from './coverage.js';
import { mutate } from './mutator.js';
import { wordsOf } from './words.js';

/** Of one execution. */
const MAX_CPU_MS = 5000;
const MAX_GROWTH_BYTES = 500 * 2 ** 20;
/** Executions whose coverage is read at once. */
const BATCH = 8;
const REPORT_MS = 1000;
/** A fault is kept so often, by what it says. */
const KEPT_PER_KIND = 3;

const [name, seed, seedFolder, workFolder, forMs] = process.argv.slice(2);
const coverage = new Coverage();
await coverage.start();
const { execute, TARGETS } = await import('./targets.js');
const target = TARGETS[name];
const words = wordsOf(name);
const random = makeRandom(Number(seed));

const inputs = readdirSync(seedFolder).map((file) => ({
  extension: extname(file),
  bytes: readFileSync(join(seedFolder, file)),
}));
/** Inputs that showed something new: all of them, and those that were accepted. */
const corpus = [];
const accepted = [];
const figures = { execs: 0, outcomes: {}, corpus: 0, ranges: 0, slowestMs: 0, mostGrowthBytes: 0, faults: 0 };
const kinds = new Map();

const set = join(workFolder, 'set');
mkdirSync(set, { recursive: true });
// What tables name.
for (const [picture, shade] of [
  ['a.png', 1],
  ['b.png', 2],
])
  copyPicture(picture, shade);

function copyPicture(picture, shade) {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC',
    'base64',
  );
  writeFileSync(join(set, picture), Buffer.concat([png, Buffer.alloc(shade)]));
}

async function run({ bytes, extension }) {
  const path = join(set, `input${extension}`);
  writeFileSync(path, bytes);
  const rssBefore = process.memoryUsage.rss();
  // At its start a process has the peak of the one that started it.
  const peakBefore = peakBytes();
  const cpuBefore = process.cpuUsage();
  const { outcome, error } = await execute(target, path);
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuMs = (user + system) / 1000;
  const growth = peakBytes() > peakBefore ? peakBytes() - rssBefore : 0;
  figures.execs++;
  figures.outcomes[outcome] = (figures.outcomes[outcome] ?? 0) + 1;
  figures.slowestMs = Math.max(figures.slowestMs, cpuMs);
  figures.mostGrowthBytes = Math.max(figures.mostGrowthBytes, growth);
  if (outcome === 'fault') keep(path, extension, `${error?.stack ?? error}`);
  if (cpuMs > MAX_CPU_MS) keep(path, extension, `slow: ${Math.round(cpuMs)} ms of processor time`);
  if (growth > MAX_GROWTH_BYTES) {
    keep(path, extension, `large: ${Math.round(growth / 2 ** 20)} MiB more`);
    // The peak of this process says nothing about the next input.
    report();
    process.exit(0);
  }
  return outcome;
}

const peakBytes = () => process.resourceUsage().maxRSS * 1024;

/** Faults are one kind if they say the same, numbers apart, from the same place. */
function keep(path, extension, text) {
  figures.faults++;
  const kind = text
    .split('\n')
    .slice(0, 3)
    .join('\n')
    .replace(/\d+/g, '#')
    .replace(/"[^"]*"/g, '"…"');
  const count = (kinds.get(kind) ?? 0) + 1;
  kinds.set(kind, count);
  if (count > KEPT_PER_KIND) return;
  const digest = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12);
  const folder = join(workFolder, 'faults');
  mkdirSync(folder, { recursive: true });
  copyFileSync(path, join(folder, `${digest}${extension}`));
  writeFileSync(join(folder, `${digest}.txt`), `${text}\n`);
}

function report() {
  Object.assign(figures, { corpus: corpus.length, ranges: coverage.size });
  writeFileSync(join(workFolder, 'figures.json'), JSON.stringify(figures));
}

const endMs = Date.now() + Number(forMs);
// Seeds that show something new come first; the others stay as material for splicing.
for (const input of inputs) {
  if (Date.now() > endMs) break;
  const outcome = await run(input);
  if ((await coverage.takeNew()) > 0) corpus.push(input);
  if (outcome === 'accepted') accepted.push(input);
  report();
}
let reportedMs = Date.now();
while (Date.now() < endMs && inputs.length > 0) {
  const batch = [];
  for (let i = 0; i < BATCH; i++) {
    const { bytes, extension } = choose();
    const other = inputs[drawInteger(random, 0, inputs.length - 1)].bytes;
    const input = { bytes: mutate(random, bytes, { words, other }), extension };
    batch.push({ input, outcome: await run(input) });
  }
  if ((await coverage.takeNew()) > 0) {
    for (const { input, outcome } of batch) {
      corpus.push(input);
      if (outcome === 'accepted') accepted.push(input);
    }
  }
  if (Date.now() - reportedMs > REPORT_MS) {
    report();
    reportedMs = Date.now();
  }
}
report();
process.exit(0);

/** One of the inputs that showed something new, the later ones more often; every second time one that was accepted. */
function choose() {
  const from = [random() < 0.5 ? accepted : corpus, accepted, corpus, inputs].find((list) => list.length > 0);
  return from[Math.floor(from.length * Math.sqrt(random()))];
}
