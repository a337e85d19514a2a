// Stands for bin/ganeval.js where the ledger is tested: `train … -o RUN --steps N --resume` does a step every 20 ms and writes
// a checkpoint and a log as a training does when it ends or is stopped; `measure FILE` writes a Parzen result.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';

const [command, ...args] = process.argv.slice(2);
const optionOf = (flag) => args[args.indexOf(flag) + 1];

if (command === 'fail') process.exit(4);
if (command === 'measure') {
  writeFileSync(args[0], JSON.stringify({ test: { value: 225.04, se: 2, n: 10_000 } }));
  process.exit(0);
}

let isStopped = false;
process.once('SIGINT', () => {
  isStopped = true;
});
const folder = optionOf('-o');
mkdirSync(folder, { recursive: true });
const [checkpoint, log] = ['checkpoint.safetensors', 'log.jsonl'].map((name) => join(folder, name));
const planned = Number(optionOf('--steps'));
let step = existsSync(checkpoint) ? readStep() : 0;
while (step < planned && !isStopped) {
  await setTimeout(20);
  step++;
}
writeCheckpoint();
writeFileSync(log, `${JSON.stringify({ step, kind: 'measure', name: 'testError', value: 1 / step })}\n`);
process.exit(isStopped ? 130 : 0);

function readStep() {
  const bytes = readFileSync(checkpoint);
  return JSON.parse(JSON.parse(bytes.subarray(8).toString()).__metadata__.progress).step;
}

/** A minute a step. */
function writeCheckpoint() {
  const header = Buffer.from(
    JSON.stringify({ __metadata__: { progress: JSON.stringify({ step, seconds: 60 * step }) } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(checkpoint, Buffer.concat([length, header]));
}
