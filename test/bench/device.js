// Every device of this machine against its CPU, in under four minutes and without a network: how far features are, pictures a second
// bare and end to end, several sessions at once, metrics, training steps, and what the runtime's binding can do.
//   npm run bench device -- [sections] [--devices cpu,webgpu,cuda] [--peer] [--out FILE] [--folder FOLDER] [--seconds N]
// A part that fails or hangs is told and left; results are written line by line to FILE as they come, then as a table.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { compareFeatures } from './device/compare-features.js';

const here = (name) => fileURLToPath(new URL(`./device/${name}`, import.meta.url));
const DEVICES = ['cpu', 'webgpu', 'cuda'];
/** Pictures in the folders by their side; `GANEVAL_BENCH_SHARE` takes a part of them, to try the script itself. */
const SHARE = Number(process.env.GANEVAL_BENCH_SHARE ?? 1);
const PICTURES = { 32: 16_384 * SHARE, 256: 4096 * SHARE };
/** The CPU gets some of the large ones: enough to measure its speed. */
const FEW = 768 * SHARE;

/** Sections in order: what is run, as processes of [label, arguments, environment, seconds at most]. */
const SECTIONS = {
  features: ({ device, folder }) => [
    [device, [here('features.js'), device, folder], {}, 60],
    ...lessExact(device).map((precision) => [
      `${device}, ${precision}`,
      [here('features.js'), device, folder, `${device}-${precision}`, precision],
      {},
      60,
    ]),
  ],
  rate: ({ device, folder }) => [
    [device, [here('rate.js'), device, folder], {}, 90],
    ...lessExact(device).map((precision) => [
      `${device}, ${precision}`,
      [here('rate.js'), device, folder, precision],
      {},
      90,
    ]),
  ],
  tf32: ({ device, folder }) =>
    device === 'cuda'
      ? TF32_MODES.map((mode) => [
          mode,
          [here('tf32.js'), folder, mode],
          mode === 'environment'
            ? { NVIDIA_TF32_OVERRIDE: '0' }
            : mode === 'environment 1'
              ? { NVIDIA_TF32_OVERRIDE: '1' }
              : {},
          40,
        ])
      : [],
  'gpu-buffer': ({ device }) =>
    device === 'cpu'
      ? []
      : GPU_BUFFER_STEPS.map((step) => [`${device}, ${step}`, [here('gpu-buffer.js'), device, step], {}, 30]),
  placement: ({ device, folder }) =>
    device === 'cpu' ? [] : [[device, [here('placement.js'), device, folder], {}, 60]],
  'end-to-end': ({ device, folder }) => [[device, [here('end-to-end.js'), device, folder], {}, 90]],
  flight: ({ device, folder }) =>
    device === 'cpu'
      ? []
      : ['uint8', 'float32'].flatMap((kind) =>
          [1, 2, 4].map((count) => [
            `${device}, ${count} sessions`,
            [here('flight.js'), device, folder, kind, String(count)],
            {},
            20,
          ]),
        ),
  metrics: ({ device }) => [[device, [here('metrics.js'), device], {}, 90]],
  training: ({ device }) =>
    ['perceptrons', 'dcgan', 'dcgan-plain'].map((model) => [
      device,
      [here('training.js'), device, model],
      {},
      40,
    ]),
};

/** The precisions of `--precision`, beside float32, that a device is measured at. */
function lessExact(device) {
  if (device === 'cpu') return [];
  return device === 'cuda' ? ['tf32', 'fp16'] : ['fp16'];
}

const TF32_MODES = [
  'environment',
  'environment 1',
  'unset',
  'after the runtime is loaded',
  'after a session',
  'after a session on the CPU',
  'session option',
  'in a worker alone',
  'before the worker',
];
const GPU_BUFFER_STEPS = [
  'location',
  'chain on the CPU',
  'chain in gpu-buffer',
  'gpuBuffer of an output',
  'getData of an output',
  'output given beforehand',
  'graph capture',
  'layout and device',
];

/** Runs a process to its end or limit; what it prints as JSON is kept as it comes. */
function runProcess(command, args, { env = {}, seconds, keep }) {
  return new Promise((done) => {
    const start = performance.now();
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, errors] = ['', ''];
    child.stdout.on('data', (data) => {
      out += data;
      const lines = out.split('\n');
      out = lines.pop();
      for (const line of lines) {
        try {
          keep(JSON.parse(line));
        } catch {
          errors += `${line}\n`;
        }
      }
    });
    child.stderr.on('data', (data) => {
      errors += data;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.on('error', (error) => {
      errors += error.message;
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const took = (performance.now() - start) / 1000;
      if (code !== 0)
        keep({
          what: 'ended',
          value: `${signal ?? code} after ${took.toFixed(0)} s: ${errors.trim().slice(-600)}`,
        });
      else if (errors.trim()) keep({ what: 'said', value: errors.trim().slice(0, 600) });
      done(took);
    });
  });
}

/** Folders of different PNGs of each side. */
async function writePictures(folder) {
  const { default: sharp } = await import('sharp');
  const { noisyBytes } = await import('./device/section.js');
  for (const [side, count] of Object.entries(PICTURES)) {
    const to = join(folder, side);
    if (existsSync(to)) continue;
    mkdirSync(to);
    const coarse = noisyBytes(64 * 64 * 3 * 8);
    let next = 0;
    const write = async () => {
      for (let i = next++; i < count; i = next++) {
        // Enlarged noise compresses about as a photograph does.
        const raw = coarse.subarray(i * 3, i * 3 + 16 * 16 * 3);
        const png = await sharp(raw, { raw: { width: 16, height: 16, channels: 3 } })
          .resize(Number(side), Number(side), { kernel: 'cubic' })
          .png({ compressionLevel: 3 })
          .toBuffer();
        await writeFile(join(to, `${String(i).padStart(5, '0')}.png`), png);
      }
    };
    await Promise.all(Array.from({ length: 2 * cpus().length }, write));
  }
  const few = join(folder, 'few');
  if (existsSync(few)) return;
  mkdirSync(few);
  for (const name of readdirSync(join(folder, '256')).slice(0, FEW))
    linkSync(join(folder, '256', name), join(few, name));
}

function show(value) {
  if (typeof value !== 'number') return String(value);
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

function printTable(rows) {
  for (const { section, label, what, value, unit } of rows) {
    console.log(`${section} | ${label} | ${what} | ${show(value)}${unit ? ` ${unit}` : ''}`);
  }
}

/** Devices on which a session really starts. */
function startable(devices) {
  return devices.filter((device) => {
    if (device === 'cpu') return true;
    const script = `import { openSession } from ${JSON.stringify(new URL('../../dist/onnx/session.js', import.meta.url).href)};
      await (await openSession(${JSON.stringify(fileURLToPath(new URL('../../models/inception-cifar10.onnx', import.meta.url)))}, { device: '${device}' })).close();`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (status !== 0)
      console.log(
        `${device} does not start: ${(stderr ?? '')
          .trim()
          .split('\n')
          .filter((line) => /Error|cannot/.test(line))
          .join(' ')
          .slice(0, 600)}`,
      );
    return status === 0;
  });
}

async function benchDevice(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      devices: { type: 'string', default: DEVICES.join(',') },
      peer: { type: 'boolean', default: false },
      out: { type: 'string' },
      folder: { type: 'string' },
      seconds: { type: 'string', default: '235' },
    },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(SECTIONS);
  const unknown = names.filter((name) => !(name in SECTIONS) && name !== 'peer');
  if (unknown.length > 0)
    throw new Error(`no section ${unknown.join(', ')}: choose from ${Object.keys(SECTIONS).join(', ')}`);
  const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'ganeval-bench-')));
  mkdirSync(folder, { recursive: true });
  const end = performance.now() + Number(values.seconds) * 1000;
  const rows = [];
  const keep = (row) => {
    rows.push(row);
    if (values.out) appendFileSync(`${values.out}.lines`, `${JSON.stringify(row)}\n`);
  };
  try {
    const devices = startable(values.devices.split(','));
    for (const section of names) {
      if (section === 'end-to-end') await writePictures(folder);
      for (const device of devices) {
        for (const [label, parts, env, seconds] of SECTIONS[section]?.({ device, folder }) ?? []) {
          const left = (end - performance.now()) / 1000;
          if (left < 2) keep({ section, label, what: 'left out for want of time' });
          else {
            const took = await runProcess(process.execPath, parts, {
              env,
              seconds: Math.min(seconds, left),
              keep: (row) => keep({ section, label, ...row }),
            });
            keep({ section, label, what: 'took', value: took, unit: 's' });
          }
        }
      }
      if (section === 'features' || section === 'tf32')
        for (const row of compareFeatures(folder, section)) keep(row);
    }
    if (values.peer || names.includes('peer')) {
      const left = (end - performance.now()) / 1000;
      await runProcess('python3', [here('peer.py'), String(Math.max(20, left))], {
        seconds: Math.max(20, left),
        keep: (row) => keep({ section: 'peer', label: 'PyTorch', ...row }),
      });
    }
  } finally {
    if (!values.folder) await rm(folder, { recursive: true, force: true });
    if (values.out)
      writeFileSync(
        values.out,
        `${JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, threads: cpus().length, rows }, null, 1)}\n`,
      );
    printTable(rows.filter(({ what }) => what !== 'took' && what !== 'features'));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await benchDevice(process.argv.slice(2));
