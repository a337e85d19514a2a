// Every benchmark in one run, each in a process of its own so that none inherits another's memory or threads.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const BENCHMARKS = [
  'score',
  'decode',
  'pipe',
  'msssim',
  'fid',
  'kid',
  'neighbors',
  'intervals',
  'watch',
  'million',
  'memory',
  'startup',
  'inception',
  'networks',
  'transformers',
  'parquet',
  'training-step',
  'gate',
  'verdict',
  'watch-changes',
  'techniques',
  'ring',
  'on-collapse',
  'device',
];

// What follows the name of one of these is for it: it takes options of its own.
const WITH_OPTIONS = [
  'device',
  'intervals',
  'neighbors',
  'pipe',
  'training-step',
  'transformers',
  'watch-changes',
];
const [first, ...rest] = process.argv.slice(2);
const takesRest =
  WITH_OPTIONS.includes(first) && (first === 'device' || rest.some((each) => each.startsWith('--')));
const asked = takesRest ? [first] : process.argv.slice(2);
const unknown = asked.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0)
  throw new Error(`no benchmark ${unknown.join(', ')}: choose from ${BENCHMARKS.join(', ')}`);

console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);
for (const name of BENCHMARKS) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n${name}`);
  const script = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script, ...(takesRest ? rest : [])], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
