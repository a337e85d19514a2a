import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { median } from './pictures.js';

const PROGRAM = fileURLToPath(new URL('../../bin/ganeval.js', import.meta.url));
const ROUNDS = 15;

/**
 * Wall time in ms of `node -e 0`, `ganeval --help` and `ganeval score --help` (the median of some rounds, taken in turn
 * so that a busy machine is busy for all), and the last two as multiples of the first: `{ node, help, scoreHelp,
 * helpRatio, scoreHelpRatio }`.
 */
export async function benchStartup() {
  const commands = { node: ['-e', '0'], help: [PROGRAM, '--help'], scoreHelp: [PROGRAM, 'score', '--help'] };
  const times = { node: [], help: [], scoreHelp: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(commands)) times[name].push(timeOnce(args));
  }
  const [node, help, scoreHelp] = Object.values(times).map(median);
  return { node, help, scoreHelp, helpRatio: help / node, scoreHelpRatio: scoreHelp / node };
}

function timeOnce(args) {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - start;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { node, help, scoreHelp, helpRatio, scoreHelpRatio } = await benchStartup();
  console.log(`node -e 0: ${node.toFixed(0)} ms`);
  console.log(`ganeval --help: ${help.toFixed(0)} ms, ${helpRatio.toFixed(2)} times (aim: 4 at most)`);
  console.log(`ganeval score --help: ${scoreHelp.toFixed(0)} ms, ${scoreHelpRatio.toFixed(2)} times`);
}
