import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy } from '../../../src/archives/npy.js';
import { readNpz } from '../../../src/archives/npz.js';
import { drawConditions, makePool } from '../../../src/train/adversarial/conditions/condition-pool.js';
import { readRunCheckpoint } from '../../../src/train/adversarial/open-generator.js';
import { pathsOf } from '../../../src/train/adversarial/run-folder.js';
import type { TrainingHooks } from '../../../src/train/adversarial/train-family.js';
import type { TrainGanOptions } from '../../../src/train/adversarial/train-options.js';
import type { ConditionFiles } from '../../../src/train/conditions/condition-files.js';
import { invert } from '../../../src/train/invert.js';
import { sample } from '../../../src/train/sample.js';
import { trainGan } from '../../../src/train/train-gan.js';
import { writeClassFolders } from '../classifier/class-folders.js';
import { colorSet } from '../classifier/tiny.js';
import { writeTinyNetwork } from './tiny-network.js';
import { trainTiny } from './train-tiny.js';

let folder: string;
let attributes: string;
let files: Record<'attributes' | 'boxes' | 'embeddings', string>;
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-conditions-'));
  await writeClassFolders(at('pictures'), colorSet(36, 8));
  const names = (await readdir(at('pictures'), { recursive: true })).filter((name) => name.endsWith('.png'));
  attributes = at('attributes.csv');
  // Red pictures are warm and blue ones cold; the number says whether one is even.
  const rows = names.map((name, i) => `${name},${Number(name.startsWith('red'))},${i % 2}`);
  await writeFile(attributes, `file,warm,odd\n${rows.join('\n')}\n`);
  files = { attributes, boxes: at('boxes.csv'), embeddings: at('embeddings.npy') };
  const boxes = names.map((name, i) => `${name},${i % 4},1,4,5`);
  await writeFile(files.boxes, `file,x,y,width,height\n${boxes.join('\n')}\n`);
  const data = Float32Array.from({ length: 3 * names.length }, (_, i) => 1 + (i % 5));
  await writeFile(files.embeddings, encodeNpy({ shape: [names.length, 3], data }));
});
afterAll(() => rm(folder, { recursive: true }));

const train = (name: string, options: Partial<TrainGanOptions> = {}, hooks?: TrainingHooks) =>
  trainTiny(folder, name, { conditions: files, ...options }, hooks);

const draw = (name: string, count: number, conditions?: ConditionFiles) =>
  sample(at('whole'), { count, out: at(name), backend: 'onnx', device: 'cpu', threads: 1, conditions });

const state = async (name: string) => (await readRunCheckpoint(at(name))).tensors;

it('goes on, and says so once, where the features of the scoring network are not finite', async () => {
  const model = await writeTinyNetwork(folder, 'endless');
  const card = JSON.parse(await readFile(at('endless.json'), 'utf8'));
  card.input.normalize.scale = [3e38, 3e38, 3e38];
  await writeFile(at('endless.json'), JSON.stringify(card));
  const notes: string[] = [];
  const scored = { model, steps: 2, evalEvery: 1, evalSamples: 30 };
  expect((await train('endless-run', scored, { onNote: (note) => notes.push(note) })).steps).toBe(2);
  expect(
    notes.filter((note) => note.startsWith('No consistency by a probe: endless gives features')),
  ).toHaveLength(1);
});

describe('a run with attributes', () => {
  it('is the same to the bit where it is resumed, is scored, and draws samples with their attributes', async () => {
    await train('whole', { steps: 10, evalEvery: 10, evalSamples: 30 });
    await train('parts', { steps: 4 });
    await train('parts', { steps: 10, resume: true });
    expect(await state('parts')).toEqual(await state('whole'));
    const lines = (await readFile(pathsOf(at('whole')).log, 'utf8')).trim().split('\n');
    const consistency = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'measure');
    expect(consistency.map(({ step, name, n }) => [step, name, n]).slice(10)).toEqual([
      [10, 'consistency:attributes', 30],
      [10, 'consistency:attribute:warm', 30],
      [10, 'consistency:attribute:odd', 30],
      [10, 'consistency:boxes', 30],
      [10, 'consistency:embeddings', 30],
      [10, 'probe:attributes', 30],
      [10, 'probe:attribute:warm', 30],
      [10, 'probe:attribute:odd', 30],
      [10, 'probe:boxes', 30],
      [10, 'probe:embeddings', 30],
    ]);
    // Red pictures are warm, and a network sees their color; it knows nothing of their numbers.
    const real = Object.fromEntries(consistency.slice(15).map((line) => [line.name, line.real]));
    expect(real['probe:attribute:warm']).toBe(1);
    expect(real['probe:attribute:odd']).toBeLessThan(1);

    const inverting = invert(at('whole'), {
      ...{ pictures: at('pictures'), out: at('inverted'), backend: 'onnx', device: 'cpu', threads: 1 },
    });
    await expect(inverting).rejects.toThrow(/takes conditions beside classes/);

    const drawn = await draw('drawn', 30);
    // The run's scores saw the same samples.
    expect(drawn.consistency.map(({ value }) => value)).toEqual(
      consistency.slice(10, 15).map(({ value }) => value),
    );
    const table = (await readFile(at('drawn', 'attributes.csv'), 'utf8')).trim().split('\n');
    expect(table[0]).toBe('file,warm,odd');
    expect(table).toHaveLength(31);
    // Each sample has attributes that a picture of its class has.
    for (const row of table.slice(1))
      expect(row).toMatch(/^(red\/\d{5}\.png,1|(blue|green)\/\d{5}\.png,0),[01]$/);

    const again = {
      attributes: at('drawn', 'attributes.csv'),
      boxes: at('drawn', 'boxes.csv'),
      embeddings: at('drawn', 'embeddings.npy'),
    };
    await draw('again', 30, again);
    const bytes = (name: string, row: number) => readFile(at(name, table[row].split(',')[0]));
    expect(await bytes('again', 7)).toEqual(await bytes('drawn', 7));

    const asked = at('asked.csv');
    await writeFile(asked, 'file,odd,warm\nx,0,1\ny,1,0\n');
    await draw('three.npz', 3, { attributes: asked });
    const { conditions } = await readNpz(at('three.npz'), ['conditions']);
    const rows = [0, 1, 2].map((row) => [...conditions.data.slice(9 * row, 9 * row + 2)].map(Number));
    expect(conditions.shape).toEqual([3, 9]);
    expect(rows).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
  });

  it('is refused with other attributes, in other GANs and beside a data set', async () => {
    await train('first', { steps: 1 });
    const other = at('other.csv');
    await writeFile(other, (await readFile(attributes, 'utf8')).replace(/,1\n/, ',0\n'));
    await expect(
      train('first', { steps: 2, resume: true, conditions: { ...files, attributes: other } }),
    ).rejects.toThrow(/is of another run \(it differs in pictures\)/);
    const options = { out: at('never'), pictures: at('pictures'), conditions: { attributes } };
    await expect(trainGan('gan', options)).rejects.toThrow('The GAN gan learns no attributes');
    await expect(train('never', { pictures: undefined })).rejects.toThrow(
      /--attributes goes with pictures of/,
    );
    expect(await readdir(folder)).not.toContain('never');
  });
});

it('a pool gives each sample the conditions of a picture of its class', () => {
  const form = { attributes: ['A', 'B'] };
  const values = Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1);
  const pool = makePool({ form, values }, Int32Array.of(0, 1, 0, 1), 5);
  const classes = Int32Array.from({ length: 40 }, (_, i) => i % 3);
  const drawn = drawConditions(pool, { seed: 1, chunk: 0, first: 0, count: 40, classes });
  const rows = (label: number) =>
    new Set(
      [...classes.keys()]
        .filter((i) => classes[i] === label)
        .map((i) => `${drawn[2 * i]}${drawn[2 * i + 1]}`),
    );
  expect(rows(0)).toEqual(new Set(['00', '01']));
  expect(rows(1)).toEqual(new Set(['10', '11']));
  // Of a class without pictures nothing is known.
  expect(rows(2).size).toBeGreaterThan(2);
  const later = drawConditions(pool, { seed: 1, chunk: 1, first: 40, count: 40, classes });
  expect(later).not.toEqual(drawn);
});
