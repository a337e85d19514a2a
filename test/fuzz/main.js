// Fuzzes the readers of the built program: npm run fuzz -- [TARGET…] --minutes 5 --seed 1 [--out FOLDER] [--fixtures]
// The time is divided among the targets; faults and figures stay in the folder. With --fixtures the corpus of hostile inputs, which
// takes a while to make, is left out of what fuzzing begins with.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gatherSeeds, writeSeeds } from './gather-seeds.js';
import { TARGETS } from './targets.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));
/** An execution that takes longer hangs, however busy the machine is. */
const HANG_MS = 60_000;
const HEAP_MB = 1024;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    fixtures: { type: 'boolean', default: false },
    out: { type: 'string', default: join(tmpdir(), 'ganeval-fuzz') },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(TARGETS);
const unknown = names.filter((name) => !Object.hasOwn(TARGETS, name));
if (unknown.length > 0)
  throw new Error(`no target ${unknown.join(', ')}: choose from ${Object.keys(TARGETS).join(', ')}`);

/** Runs a target until its time is over; a process that dies or hangs is followed by another. */
async function fuzz(name, forMs, seeds) {
  const folder = join(values.out, name);
  mkdirSync(folder, { recursive: true });
  const count = writeSeeds(join(folder, 'seeds'), seeds, TARGETS[name].extensions);
  const endMs = Date.now() + forMs;
  const total = {
    target: name,
    seeds: count,
    execs: 0,
    outcomes: {},
    corpus: 0,
    ranges: 0,
    slowestMs: 0,
    mostGrowthBytes: 0,
    faults: 0,
    deaths: 0,
  };
  for (let round = 0; Date.now() < endMs - 1000 && count > 0; round++) {
    const startedMs = Date.now();
    const died = await runWorker(name, folder, Number(values.seed) + round * 1000, endMs - Date.now());
    add(total, folder);
    if (!died) continue;
    total.deaths++;
    keepCurrent(folder, died);
    // A worker that can't start would be started for ever.
    if (Date.now() - startedMs < 1000) await sleep(1000);
  }
  total.seconds = Math.round((Date.now() - endMs + forMs) / 1000);
  total.execsPerSecond = Math.round(total.execs / Math.max(1, total.seconds));
  console.log(JSON.stringify(total));
  if (total.faults + total.deaths > 0) process.exitCode = 1;
}

/** @returns {Promise<string | undefined>} how it died */
function runWorker(name, folder, seed, forMs) {
  const args = [
    `--max-old-space-size=${HEAP_MB}`,
    WORKER,
    name,
    String(seed),
    join(folder, 'seeds'),
    folder,
    String(forMs),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr = (stderr + text).slice(-4000);
  });
  let hangs = false;
  const watch = setInterval(() => {
    const written = lastWritten(folder);
    if (written === undefined || Date.now() - written < HANG_MS) return;
    hangs = true;
    child.kill('SIGKILL');
  }, 1000);
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      clearInterval(watch);
      if (hangs) resolve('hangs');
      else resolve(code === 0 ? undefined : `dies (${signal ?? code}): ${stderr}`);
    }),
  );
}

const inputsOf = (folder) => {
  const set = join(folder, 'set');
  return existsSync(set)
    ? readdirSync(set)
        .filter((file) => file.startsWith('input'))
        .map((file) => join(set, file))
    : [];
};

function lastWritten(folder) {
  const times = inputsOf(folder).map((path) => statSync(path).mtimeMs);
  return times.length > 0 ? Math.max(...times) : undefined;
}

function keepCurrent(folder, text) {
  mkdirSync(join(folder, 'deaths'), { recursive: true });
  const [last] = inputsOf(folder).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (last) renameSync(last, join(folder, 'deaths', `${Date.now()}-${last.split('/').at(-1)}`));
  console.error(`${folder} ${text}`);
}

function add(total, folder) {
  const path = join(folder, 'figures.json');
  if (!existsSync(path)) return;
  const figures = JSON.parse(readFileSync(path, 'utf8'));
  renameSync(path, join(folder, 'figures-before.json'));
  for (const key of ['execs', 'faults']) total[key] += figures[key];
  for (const key of ['corpus', 'ranges', 'slowestMs', 'mostGrowthBytes'])
    total[key] = Math.max(total[key], figures[key]);
  for (const [outcome, count] of Object.entries(figures.outcomes))
    total.outcomes[outcome] = (total.outcomes[outcome] ?? 0) + count;
}

const seeds = await gatherSeeds(values.fixtures);
for (const name of names) await fuzz(name, (Number(values.minutes) * 60_000) / names.length, seeds);
