import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURE } from '../evaluate/pictures.js';

const PROGRAM = join(import.meta.dirname, '../../bin/ganeval.js');
const KILL_AT = pathToFileURL(join(import.meta.dirname, '../storage/kill-at.js')).href;

let folder: string;
let pictures: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-killed-'));
  pictures = join(folder, 'pictures');
  await writeFixtures(pictures, 8);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Some pictures of each class: how many is not the point. */
async function writeFixtures(to: string, perClass: number): Promise<void> {
  for (const name of await readdir(FIXTURE)) {
    const files = (await readdir(join(FIXTURE, name))).sort().slice(0, perClass);
    for (const file of files) await cp(join(FIXTURE, name, file), join(to, name, file));
  }
}

interface Trainer {
  readonly name: string;
  /** What the run leaves its checkpoint in. */
  readonly checkpoint: string;
  args(place: string): string[];
  /** Whether it needs a folder that is there. */
  readonly needsFolder?: boolean;
  readonly isBrief?: boolean;
}

const SMALL = [
  ...['--steps', '3', '--batch-size', '4', '--latent-width', '4', '--grid-every', '2'],
  // After every step.
  ...[
    '--checkpoint-minutes',
    '0.0000001',
    '--backend',
    'onnx',
    '--device',
    'cpu',
    '--threads',
    '1',
    '--seed',
    '3',
  ],
];

const gan = (name: string, ...settings: string[]): Trainer => ({
  name,
  checkpoint: 'checkpoint.safetensors',
  args: (place) => ['train', name, pictures, '-o', place, ...settings, ...SMALL],
});

const TRAINERS: readonly Trainer[] = [
  gan('gan', '--preset', 'cifar10-dense', '--width', '0.005'),
  { ...gan('improved', '--preset', 'cifar10-samples', '--width', '0.03'), isBrief: true },
  { ...gan('acgan', '--width', '0.03'), isBrief: true },
  {
    name: 'classifier',
    needsFolder: true,
    isBrief: true,
    checkpoint: 'network.checkpoint',
    args: (place) => [
      ...[
        'train',
        'classifier',
        pictures,
        '-o',
        join(place, 'network.onnx'),
        '--epochs',
        '1',
        '--input-size',
        '16',
      ],
      ...['--batch-size', '24', '--cache-dir', join(folder, 'cache'), '--checkpoint-minutes', '0.0000001'],
      ...['--backend', 'onnx', '--device', 'cpu', '--threads', '1', '--seed', '3'],
    ],
  },
];

async function placeFor({ needsFolder }: Trainer, name: string): Promise<string> {
  const place = join(folder, 'runs', name);
  await mkdir(needsFolder ? place : dirname(place), { recursive: true });
  return place;
}

async function run(args: readonly string[], preload: Readonly<Record<string, string>> = {}) {
  const before =
    Object.keys(preload).length > 0 ? ['--import', `${KILL_AT}?${new URLSearchParams(preload)}`] : [];
  const child = spawn(process.execPath, [...before, PROGRAM, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stderr = child.stderr.toArray();
  const [code, signal] = await once(child, 'exit');
  return { end: signal ?? code, stderr: Buffer.concat(await stderr).toString() };
}

/** What a run leaves, without what differs from run to run: times and the dates of reports. */
async function resultOf(place: string, checkpoint: string) {
  const file = await readFile(join(place, checkpoint));
  const start = 8 + Number(file.readBigUInt64LE());
  const names = (await readdir(place, { recursive: true })).sort();
  const pictures = names.filter((name) => /\.(png|onnx)$/.test(name));
  return {
    weights: file.subarray(start).toString('base64'),
    pictures: await Promise.all(pictures.map((name) => readFile(join(place, name), 'base64'))),
    names,
  };
}

describe('a training that is killed', () => {
  it.each([...TRAINERS])(
    '$name goes on or starts anew, and comes to the same bytes',
    async (trainer) => {
      const whole = await placeFor(trainer, trainer.name);
      const list = join(folder, `${trainer.name}.txt`);
      expect((await run(trainer.args(whole), { under: whole, list })).end).toBe(0);
      const expected = await resultOf(whole, trainer.checkpoint);
      const steps = (await readFile(list, 'utf8')).split('\n');
      const all = momentsOf(steps);
      // The folder of a run is the same for all GANs.
      const moments = trainer.isBrief ? [all[0], all[3], all[all.length - 1]] : all;
      for (const at of moments) {
        const place = await placeFor(trainer, `${trainer.name}-${at}`);
        const args = trainer.args(place);
        const killed = await run(args, { under: place, at: String(at) });
        expect(killed.end, `${at}: ${steps[at - 1]}: ${killed.stderr}`).toBe('SIGKILL');
        const hasCheckpoint = (await readdir(place).catch((): string[] => [])).includes(trainer.checkpoint);
        const resumed = await run([...args, '--resume']);
        expect(resumed, `${at}: ${steps[at - 1]}`).toMatchObject({ end: 0 });
        expect(resumed.stderr).toMatch(
          hasCheckpoint
            ? /Resuming after step \d/
            : /There is no checkpoint .* yet: the run starts from its beginning/,
        );
        expect(await resultOf(place, trainer.checkpoint), `${at}: ${steps[at - 1]}`).toEqual(expected);
      }
    },
    600_000,
  );
});

/**
 * The moments that differ: the lock is half made, and made; the first file is written and has no name; so is the first
 * checkpoint, the largest of all files; the second checkpoint replaces the first; the last file has no name.
 */
function momentsOf(steps: readonly string[]): number[] {
  const where = (pattern: RegExp) => steps.flatMap((step, i) => (pattern.test(step) ? [i + 1] : []));
  const renames = where(/^rename /);
  const writes = where(/^writeFile /);
  const checkpoints = renames.filter((at) => /^rename \/[^/]*$/.test(steps[at - 1])).slice(1);
  const [lock] = renames;
  return [
    ...new Set([
      lock,
      lock + 1,
      writes[0],
      checkpoints[0],
      checkpoints[1],
      checkpoints[1] + 1,
      checkpoints[2],
      renames.at(-1),
    ]),
  ].filter((at): at is number => at !== undefined);
}
