// Training steps on this project's tfjs backend, beside PyTorch or tfjs's wasm backend.
//
//     npm run bench training-step -- [--peer PYTHON] [--wasm] [--operators] [--steps N] [--rounds N] [--out FILE] [STEP...]
//
// --peer       the same steps in PyTorch, in every way that it has: eager, channels-last, compiled. PYTHON has torch of 2.13 or later
// --wasm       the same steps on tfjs's wasm backend, which takes minutes
// --operators  what each step spends on which operators, and the speed of a convolution with both gradients
// --steps      steps in a round, of which the quickest counts, or runs of as many as a training has in a run (10); --rounds (3)
// --out        writes what it found as JSON
// STEP         mlp, recipe2014, dcgan, classifier
//
// Rounds alternate between all of them, and the best round counts. The limit is a product of large matrices, in the same run.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { disposeVariables, setBackend } from '@tensorflow/tfjs-core';
import { runtimeVersion } from '../../dist/onnx/runtime.js';
import { registerGradients } from '../../dist/tfjs-backend/gradients.js';
import { flush, useOnnxBackend } from '../../dist/tfjs-backend/index.js';
import { benchConvolution, openLimit, profileStep, quickest } from './training-step/operators.js';
import { startPeer } from './training-step/peer.js';
import { STEPS } from './training-step/steps.js';
import './wasm-gradients.js';

const THREADS = Math.min(2, availableParallelism());
const WARM_UP = 3;

const { values, positionals } = parseArgs({
  options: {
    peer: { type: 'string' },
    wasm: { type: 'boolean' },
    operators: { type: 'boolean' },
    steps: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    out: { type: 'string' },
  },
  allowPositionals: true,
});
const names = positionals.length > 0 ? positionals : Object.keys(STEPS);
for (const name of names) {
  if (!(name in STEPS)) throw new Error(`no step ${name}: choose from ${Object.keys(STEPS).join(', ')}`);
}
const [steps, rounds] = [Number(values.steps), Number(values.rounds)];

await registerGradients();
const results = await timeSteps();
if (values.wasm) await timeWasm(results);
if (values.operators) await showOperators();

/** Rounds in turn; prints a table, and gives the milliseconds by step. */
async function timeSteps() {
  const backend = await useOnnxBackend({ device: 'cpu', threads: THREADS });
  const peer = values.peer === undefined ? undefined : await startPeer(values.peer, THREADS);
  const limit = await openLimit(THREADS);
  const ours = new Map(names.map((name) => [name, STEPS[name].make(flush, STEPS[name].stepsPerRun)]));
  const found = new Map(names.map((name) => [name, { ours: [], peer: {} }]));
  const limits = [];
  // Compiling, on both sides, is no part of a round.
  for (const [name, step] of ours) {
    await quickest(step, { warmUp: WARM_UP, steps: 1 });
    for (const way of peer?.ways[name] ?? []) await peer.time(name, way, { warmUp: WARM_UP, steps: 1 });
  }
  for (let round = 0; round < rounds; round++) {
    limits.push(await limit.measure());
    for (const [name, step] of ours) {
      const each = found.get(name);
      each.ours.push((await quickest(step, { warmUp: 1, steps })) / STEPS[name].stepsPerRun);
      for (const way of peer?.ways[name] ?? []) {
        each.peer[way] ??= [];
        each.peer[way].push(await peer.time(name, way, { warmUp: 1, steps }));
      }
    }
  }
  await limit.close();
  peer?.close();
  disposeVariables();
  await backend.close();
  await report({ found, limit: Math.max(...limits), torch: peer?.version });
  return found;
}

async function report({ found, limit, torch }) {
  const versions = { node: process.version, onnxruntime: runtimeVersion(), ...(torch && { torch }) };
  const machine = { processor: cpus()[0]?.model ?? 'unknown processor', threads: THREADS };
  console.log(
    `${JSON.stringify(versions)}, ${THREADS} threads; a large product: ${limit.toFixed(0)} GFLOP/s`,
  );
  const rows = [];
  for (const [name, { ours, peer }] of found) {
    const { title, gflop } = STEPS[name];
    const best = Math.min(...ours);
    const speed = gflop / (best / 1000);
    const ways = Object.fromEntries(Object.entries(peer).map(([way, each]) => [way, Math.min(...each)]));
    const [way, theirs] = Object.entries(ways).sort(([, a], [, b]) => a - b)[0] ?? [];
    rows.push({ name, title, gflop, ours, peer, best, peerBest: theirs, peerWay: way, ratio: theirs / best });
    console.log(`${title}: ${best.toFixed(1)} ms (rounds ${ours.map((each) => each.toFixed(1)).join(', ')})`);
    console.log(
      `  ${speed.toFixed(0)} GFLOP/s in all, ${((speed / limit) * 100).toFixed(0)} % of the limit; ${gflop.toFixed(2)} GFLOP`,
    );
    for (const [each, milliseconds] of Object.entries(ways)) {
      console.log(
        `  PyTorch, ${each}: ${milliseconds.toFixed(1)} ms, ${(milliseconds / best).toFixed(2)} times ours`,
      );
    }
  }
  if (values.out === undefined) return;
  const document = { versions, ...machine, steps, rounds, limitGflops: limit, rows };
  await writeFile(values.out, `${JSON.stringify(document, null, 2)}\n`);
}

async function timeWasm(found) {
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(join(folder, '/'));
  await setBackend('wasm');
  const settle = (tensors) => Promise.all(tensors.map((each) => each.data()));
  for (const name of names) {
    const wasm = await quickest(STEPS[name].make(settle), { warmUp: 1, steps: 2 });
    disposeVariables();
    const ratio = wasm / Math.min(...found.get(name).ours);
    console.log(`${name}: ${wasm.toFixed(0)} ms on wasm, ${ratio.toFixed(1)} times ours`);
  }
}

async function showOperators() {
  const backend = await useOnnxBackend({ device: 'cpu', threads: THREADS });
  console.log(
    `3×3 convolution 64→64 on 64×32×32, forward and both gradients: ${(await benchConvolution()).toFixed(0)} GFLOP/s`,
  );
  await backend.close();
  for (const name of names) {
    const profile = await profileStep(STEPS[name].make, THREADS);
    const total = [...profile.values()].reduce((sum, each) => sum + each, 0);
    const arithmetic = [
      'Conv',
      'FusedConv',
      'ConvTranspose',
      'MatMul',
      'FusedMatMul',
      'Gemm',
      'FusedGemm',
    ].reduce((sum, operator) => sum + (profile.get(operator) ?? 0), 0);
    console.log(
      `${name}: ${(STEPS[name].gflop / (arithmetic / 1000)).toFixed(0)} GFLOP/s in convolutions and matrix products; the other operators take ${((1 - arithmetic / total) * 100).toFixed(0)} % of the session's ${total.toFixed(1)} ms`,
    );
    for (const [operator, milliseconds] of [...profile].slice(0, 12)) {
      console.log(`  ${operator.padEnd(20)} ${milliseconds.toFixed(1)} ms`);
    }
  }
}
