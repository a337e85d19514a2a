import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../../src/archives/npz.js';
import { readRunCheckpoint } from '../../../src/train/adversarial/open-generator.js';
import type { TrainGanOptions } from '../../../src/train/adversarial/train-options.js';
import type { AskedFiles } from '../../../src/train/conditions/condition-files.js';
import { openTextTower } from '../../../src/train/conditions/texts/text-tower.js';
import { sample } from '../../../src/train/sample.js';
import { trainGan } from '../../../src/train/train-gan.js';
import { writeClassFolders } from '../classifier/class-folders.js';
import { colorSet } from '../classifier/tiny.js';
import { CLIP_TEXT, copyClipText } from '../conditions/texts/write-tower.js';
import { trainTiny } from './train-tiny.js';

let folder: string;
let texts: string;
let other: string;
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-texts-'));
  await writeClassFolders(at('pictures'), colorSet(4, 8));
  const names = (await readdir(at('pictures'), { recursive: true })).filter((name) => name.endsWith('.png'));
  texts = at('texts.csv');
  const rows = names.map((name, i) => `${name},a ${name.split('/')[0]} picture ${i % 3}`);
  await writeFile(texts, `file,text\n${rows.join('\n')}\n`);
  const tokenizer = await readFile(join(CLIP_TEXT, 'tokenizer.json'), 'utf8');
  other = copyClipText(at('other'), { 'tokenizer.json': `${tokenizer} ` });
});
afterAll(() => rm(folder, { recursive: true }));

const train = (name: string, options: Partial<TrainGanOptions> = {}) =>
  trainTiny(folder, name, { conditions: { texts, textTower: CLIP_TEXT }, ...options });

const draw = (name: string, count: number, conditions?: AskedFiles, run = 'whole') =>
  sample(at(run), { count, out: at(name), backend: 'onnx', device: 'cpu', threads: 1, conditions });

const state = async (name: string) => (await readRunCheckpoint(at(name))).tensors;

describe('a run with texts', () => {
  it('is the same to the bit where it is resumed, and draws samples of texts that are asked for', async () => {
    await train('whole', { steps: 10 });
    await train('parts', { steps: 4 });
    // What was kept is not needed.
    await train('parts', { steps: 10, resume: true, cacheDir: at('cache 2') });
    expect(await state('parts')).toEqual(await state('whole'));
    const tower = await openTextTower(CLIP_TEXT, { threads: 1 });
    const { values } = await tower.embed(['a red picture 1', 'they fly']);
    await tower.close();
    const { form } = (await readRunCheckpoint(at('whole'))).identity;
    expect(JSON.parse(form)).toMatchObject({ conditions: { embeddings: 6 }, textTower: tower.form });

    const asked = at('asked.jsonl');
    await writeFile(
      asked,
      '{"file_name":"x","text":"a red picture 1"}\n{"file_name":"y","text":"they fly"}\n',
    );
    await draw('rows.npz', 3, { texts: asked, textTower: CLIP_TEXT });
    const { conditions } = await readNpz(at('rows.npz'), ['conditions']);
    expect(Float32Array.from(conditions.data, Number)).toEqual(
      Float32Array.from([...values, ...values.slice(0, 6)]),
    );

    await draw('drawn', 3, { text: 'they fly', textTower: CLIP_TEXT });
    const table = await readFile(at('drawn', 'texts.csv'), 'utf8');
    expect(table).toBe(
      'file,text\nblue/00000.png,they fly\ngreen/00001.png,they fly\nred/00002.png,they fly\n',
    );
    const rows = await readFile(at('drawn', 'embeddings.npy'));
    expect(rows.subarray(-24)).toEqual(Buffer.from(values.slice(6).buffer));
    // The texts of training pictures are not in the checkpoint, but their embeddings are.
    await draw('own', 2);
    expect(await readdir(at('own'))).toContain('embeddings.npy');
    expect(await readdir(at('own'))).not.toContain('texts.csv');
  });

  it('goes on with its own tower and texts alone, and nothing is written before', async () => {
    await train('first', { steps: 1 });
    const before = await readFile(at('first', 'checkpoint.safetensors'));
    const again = (conditions: TrainGanOptions['conditions']) =>
      train('first', { steps: 2, resume: true, conditions });
    await expect(again({ texts, textTower: other })).rejects.toThrow(
      /The texts of the run in .*first were embedded by another tokenizer \(\w{12}, not \w{12}\): resume it with that one/,
    );
    const changed = at('changed.csv');
    await writeFile(changed, (await readFile(texts, 'utf8')).replace('picture 1', 'picture 2'));
    await expect(again({ texts: changed, textTower: CLIP_TEXT })).rejects.toThrow(
      /is of another run \(it differs in pictures\)/,
    );
    await expect(again(undefined)).rejects.toThrow(/is of another run/);
    expect(await readFile(at('first', 'checkpoint.safetensors'))).toEqual(before);

    const ask = (conditions: AskedFiles, run = 'first') => draw('never', 2, conditions, run);
    await expect(ask({ text: 'x', textTower: other })).rejects.toThrow(
      /embedded by another tokenizer .*--text-tower/,
    );
    await expect(ask({ text: 'x' })).rejects.toThrow('--text needs the network that embeds texts');
    await expect(ask({ text: ' ', textTower: CLIP_TEXT })).rejects.toThrow('--text is empty');
    await expect(ask({ text: 'x', texts, textTower: CLIP_TEXT })).rejects.toThrow(
      '--texts and --text both say what is asked for',
    );
    await train('plain', { steps: 1, conditions: undefined });
    await expect(ask({ text: 'x', textTower: CLIP_TEXT }, 'plain')).rejects.toThrow(
      /plain takes no texts: leave --text out/,
    );
    await expect(
      trainGan('gan', {
        out: at('never'),
        pictures: at('pictures'),
        conditions: { texts, textTower: other },
      }),
    ).rejects.toThrow('The GAN gan learns no texts');
    await expect(train('never', { conditions: { texts, textTower: at('none') } })).rejects.toThrow(
      /The text tower .* does not exist/,
    );
    expect(await readdir(folder)).not.toContain('never');
  });
});
