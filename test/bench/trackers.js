// What a watch writes for TensorBoard, MLflow and Prometheus, read back by these programs' own packages. It is not among the benchmarks
// that run together, since it needs them:
//
//     BENCH_PYTHON=venv/bin/python node test/bench/trackers.js
//
// The Python of BENCH_PYTHON (python3) has tensorboard, mlflow and prometheus_client (2.21.0, 3.17.2 and 0.26.0 were tried); MLflow's
// server runs on a free port of the loopback for the time of the check.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MlflowTracker } from '../../dist/trackers/mlflow/mlflow.js';
import { PrometheusTracker } from '../../dist/trackers/prometheus/prometheus.js';
import { TensorBoardTracker } from '../../dist/trackers/tensorboard/tensorboard.js';

const PYTHON = process.env.BENCH_PYTHON ?? 'python3';
const PEER = fileURLToPath(new URL('./trackers-peer.py', import.meta.url));
const SETS = 30;
const CLASSES = ['cat', 'line\nbreak', 'quote"\\', 'nul\0', '../x', 'carriage\rreturn', '猫 é'];
/** A picture of one pixel, and a sheet of it for every set. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);
const findSheet = async () => ({ width: 1, height: 1, encoded: PIXEL });

function makeLine(i) {
  const run = { time: new Date(1.7e12 + i * 60_000).toISOString(), seconds: 1.5 };
  const head = { schema: 'ganeval/watch@1', set: `step_${i}`, step: 100 * i, warnings: [], run };
  if (i === 7) return { ...head, status: 'failed', reason: 'It has no pictures.', metrics: [], events: [] };
  const event = {
    kind: 'collapse',
    class: CLASSES[1],
    metric: 'msssim',
    since: { set: 'step_9', step: 900 },
    message: 'MS-SSIM of line\nbreak rose.',
    evidence: { statistic: 2, threshold: 1 },
  };
  const [high, low] = [20 + i / 8, 10 + i / 8];
  const facts = { title: 'x', unit: '', direction: 'lower', n: 500 };
  const perClass = CLASSES.map((name, k) => ({ class: name, value: k + i / 16, n: 50 }));
  return {
    ...head,
    status: 'scored',
    metrics: [
      {
        id: 'fid',
        ...facts,
        value: 15 + i / 8,
        interval: { level: 0.95, low, high },
        ofReal: { value: 0.5 },
      },
      { id: 'fid', ...facts, network: 'other.onnx', value: 1e-7 * (i + 1) },
      { id: 'msssim', ...facts, value: 0.25, perClass },
    ],
    reference: [{ id: 'msssim', ...facts, value: 0.125 }],
    events: i === 12 ? [event] : [],
  };
}

const lines = Array.from({ length: SETS }, (_, i) => makeLine(i));

/** Gives a tracker lines as a watch does that goes on where another one ended, and ends. */
async function follow(tracker, oldLines, newLines) {
  for (const line of oldLines) tracker.take(line);
  await tracker.update();
  for (const line of newLines) {
    tracker.take(line);
    await tracker.update();
  }
  await tracker.close?.();
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startMlflow(folder) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const store = `sqlite:///${join(folder, 'mlflow.db')}`;
  const args = ['-m', 'mlflow', 'server', '--port', new URL(url).port, '--workers', '1'];
  const server = spawn(PYTHON, [...args, '--backend-store-uri', store], {
    stdio: 'ignore',
    cwd: folder,
    detached: true,
  });
  for (let tries = 0; tries < 120; tries++) {
    await sleep(500);
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { url, stop: () => process.kill(-server.pid) };
  }
  throw new Error('mlflow server did not start');
}

const folder = mkdtempSync(join(tmpdir(), 'ganeval-trackers-'));
let server;
try {
  // TensorBoard: ended twice, once in the middle of a record.
  const logs = join(folder, 'tb');
  await follow(new TensorBoardTracker(logs, findSheet), [], lines.slice(0, 11));
  const file = join(logs, 'ganeval', 'events.out.tfevents.0.ganeval');
  truncateSync(file, statSync(file).size - 30);
  await follow(new TensorBoardTracker(logs, findSheet), lines.slice(0, 11), lines.slice(11));
  await follow(new TensorBoardTracker(logs, findSheet), lines, []);

  const text = join(folder, 'watch.prom');
  await follow(new PrometheusTracker(text, 'runs/one'), [], lines);

  server = await startMlflow(folder);
  const progressFile = join(folder, 'mlflow.json');
  const options = {
    address: { url: server.url, isLocal: true },
    experiment: 'watched',
    runName: 'samples',
    timeoutMs: 60_000,
  };
  await follow(new MlflowTracker({ ...options, progressFile }), lines.slice(0, 5), lines.slice(5, 20));
  // The server has more than was written down.
  const { readFileSync } = await import('node:fs');
  writeFileSync(progressFile, readFileSync(progressFile, 'utf8').replace('"sent":20', '"sent":15'));
  await follow(new MlflowTracker({ ...options, progressFile }), lines.slice(0, 20), lines.slice(20));

  writeFileSync(join(folder, 'lines.json'), JSON.stringify(lines));
  const seen = execFileSync(PYTHON, [PEER, folder, server.url], { encoding: 'utf8' });
  process.stdout.write(seen);
} finally {
  server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
