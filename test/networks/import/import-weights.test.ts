import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/core/errors.js';
import { type CatalogueEntry, readCatalogue } from '../../../src/networks/catalogue.js';
import { pullEntry } from '../../../src/networks/download/pull-network.js';
import { importWeights, type Making } from '../../../src/networks/import/import-weights.js';
import { openNetwork } from '../../../src/networks/network.js';
import { listStored } from '../../../src/networks/store/store.js';
import { GraphBuilder } from '../../../src/onnx/graph.js';

import { digestOfBytes } from '../tiny-card.js';
import { inTurn, serve, WeightServer } from '../weight-server.js';

const CONTENT = Buffer.from('weights');
const COUNTS = { 'inception-v3-fid': 1008, 'inception-v3-torchvision': 1000 } as const;

/** A network that takes and gives what Inception v3 does, and computes next to nothing. */
function sketch(variant: keyof typeof COUNTS): GraphBuilder {
  const graph = new GraphBuilder('sketch', { opset: 18 });
  const x = graph.input('image', 'float32', ['n', 3, 299, 299]);
  const mean = graph.node('Flatten', [graph.node('GlobalAveragePool', [x])], { axis: 1 });
  const give = (name: string, width: number) => {
    const weights = { type: 'float32' as const, shape: [3, width], data: new Float32Array(3 * width) };
    graph.output(name, graph.node('MatMul', [mean, graph.constant(weights)]), 'float32', ['n', width]);
  };
  give('features', 2048);
  give('logits', COUNTS[variant]);
  if (variant === 'inception-v3-fid') give('logits_unbiased', COUNTS[variant]);
  return graph;
}

/** Stands in for the reader of weight files and the builder; remembers what was read. */
function making(shape: readonly number[] | undefined): Making & { read: string[]; built: string[] } {
  const read: string[] = [];
  const built: string[] = [];
  const names = [
    'Conv2d_1a_3x3.conv.weight',
    'Conv2d_1a_3x3.bn.num_batches_tracked',
    'AuxLogits.fc.weight',
    'fc.bias',
    'fc.weight',
  ];
  return {
    read,
    built,
    open: async () => ({
      tensors: new Map(
        names
          .filter((name) => name !== 'fc.weight' || shape)
          .map((name) => [
            name,
            { shape: name === 'fc.weight' ? (shape ?? []) : [1], dtype: 'float32' as const },
          ]),
      ),
      read: async (name) => {
        read.push(name);
        return { shape: [1], data: Float32Array.of(1) };
      },
      checkUnchanged: async () => undefined,
      close: async () => undefined,
    }),
    build: ({ name }, tensors) => {
      built.push(name);
      const graph = sketch(name as keyof typeof COUNTS);
      for (const each of ['Conv2d_1a_3x3.conv.weight', 'fc.bias', 'fc.weight']) {
        const { data } = tensors(each) ?? {};
        expect(data).toBeInstanceOf(Function);
        if (typeof data === 'function') graph.external([1], data);
      }
      return graph;
    },
  };
}

let folder: string;
let file: string;
let modelsDir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganeval-import-'));
  file = join(folder, 'weights.pth');
  modelsDir = join(folder, 'models');
  await writeFile(file, CONTENT);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the catalogue', () => {
  it('has networks of known architectures, with digests that fit the names of their files', async () => {
    const entries = await readCatalogue();
    expect(entries.map(({ name, architecture }) => [name, architecture]).slice(0, 2)).toEqual([
      ['inception-v3', 'inception-v3-fid'],
      ['inception-v3-imagenet', 'inception-v3-torchvision'],
    ]);
    for (const { weights } of entries) {
      const [, digits] = /-([0-9a-f]{8})\.pth$/.exec(weights.file) ?? [];
      if (digits) expect((weights.sha256 ?? weights.sha256Prefix)?.startsWith(digits)).toBe(true);
    }
  });

  it('says of each network where its weights are, its license and its paper; of which files no digest is stated', async () => {
    const entries = await readCatalogue();
    expect(entries).toHaveLength(17);
    const open = entries.filter(({ weights: { sha256, sha256Prefix } }) => !sha256 && !sha256Prefix);
    expect(open.map(({ name }) => name)).toEqual([
      ...['s', 'b', 'l', 'g'].map((size) => `dinov2-vit-${size}-14`),
      'mae-vit-l-16',
      'siglip-so400m-14',
      'convnext-v2-b',
    ]);
    for (const { name, license, paper, weights } of entries) {
      expect([license, paper ?? '']).toEqual([
        expect.stringMatching(/./),
        expect.stringMatching(/arXiv \d{4}\.\d{4,5}$/),
      ]);
      if (!name.startsWith('clip-')) continue;
      // OpenAI's addresses hold the digest; copies of that digest say the length.
      expect(weights.urls[0]).toContain(`/${weights.sha256}/`);
      expect([weights.urls.length, weights.bytes]).toEqual([2, expect.any(Number)]);
    }
  });

  it('has two networks of one file, the same in both entries', async () => {
    const entries = await readCatalogue();
    const weightsOf = (name: string) => entries.find((each) => each.name === name)?.weights;
    expect(weightsOf('inception-v3-spatial')).toEqual(weightsOf('inception-v3'));
    expect(weightsOf('lpips-vgg16')).toEqual(weightsOf('vgg16'));
  });
});

describe('importWeights', () => {
  it('makes the network of FID, reading only what it has', async () => {
    const maker = making([1008, 2048]);
    const notes: string[] = [];
    const { card } = await importWeights(file, { modelsDir, onNote: (note) => notes.push(note) }, maker);
    expect(maker.built).toEqual(['inception-v3-fid']);
    expect(maker.read).toEqual(['Conv2d_1a_3x3.conv.weight', 'fc.bias', 'fc.weight']);
    expect(card).toMatchObject({
      name: 'inception-v3',
      input: { size: 299, resize: 'tf1-bilinear', normalize: { scale: 1 / 128, offset: -1 } },
      outputs: { logits: { width: 1008 }, scores: { name: 'logits_unbiased', width: 1008 } },
      classesNeedMap: true,
      classRange: [1, 1000],
      source: { file: 'weights.pth', sha256: digestOfBytes(CONTENT) },
    });
    // Formula weights under the name of the published ones must not pass for them.
    expect(card.comparableWith).toContain('the same weights (weights.pth');
    expect(card.license).toBeUndefined();
    expect(notes).toHaveLength(1);
    const network = await openNetwork('inception-v3', {}, modelsDir);
    expect(network).toMatchObject({ featureWidth: 2048, logitWidth: 1008, classesNeedMap: true });
    expect((await readdir(modelsDir)).sort()).toEqual(['inception-v3.json', 'inception-v3.onnx']);
  });

  it('makes torchvision’s network with the classes of ImageNet', async () => {
    const { card } = await importWeights(file, { modelsDir, name: 'mine' }, making([1000, 2048]));
    expect(card.name).toBe('mine');
    expect(card.input).toMatchObject({ resize: 'torch-bilinear', normalize: { scale: 2 / 255, offset: -1 } });
    const { classes, synsets } = await openNetwork('mine', {}, modelsDir);
    expect([classes?.[0], synsets?.[0]]).toEqual(['tench', 'n01440764']);
    expect([classes?.[999], synsets?.[999]]).toEqual(['toilet tissue', 'n15075141']);
    // The columns stand in the order of the synset ids, and a folder's name must mean one of them.
    expect(synsets).toEqual([...(synsets ?? [])].sort());
    const plain = classes?.map((name) => name.toLowerCase().replace(/[\s_-]+/g, ' '));
    expect(new Set(plain).size).toBe(1000);
  });

  it.each<[what: string, shape: number[] | undefined, message: string]>([
    ['another number of classes', [10, 2048], '; it has fc.weight of [10, 2048], not [1008, 2048]'],
    ['no last layer', undefined, '; no fc.weight of [1008, 2048]; '],
    ['a last layer of another kind', [1008], 'has fc.weight of [1008], not [1008, 2048]; '],
  ])('refuses weights with %s', async (_, shape, message) => {
    const importing = importWeights(file, { modelsDir }, making(shape));
    await expect(importing).rejects.toThrow(NetworkError);
    await expect(importing).rejects.toThrow(message);
    expect(existsSync(modelsDir)).toBe(false);
  });

  it('refuses the other kind than was said, and names that are taken or no names', async () => {
    const maker = making([1008, 2048]);
    await expect(importWeights(file, { modelsDir, arch: 'inception-v3-torchvision' }, maker)).rejects.toThrow(
      'has the weights of inception-v3-fid, not of inception-v3-torchvision',
    );
    for (const name of ['inception-cifar10', 'auto']) {
      await expect(importWeights(file, { modelsDir, name }, maker)).rejects.toThrow(
        'is taken by ganeval itself',
      );
    }
    await expect(importWeights(file, { modelsDir, name: '../x' }, maker)).rejects.toThrow(
      "can't name a network",
    );
    expect((await importWeights(file, { modelsDir, arch: 'inception-v3-fid' }, maker)).card.name).toBe(
      'inception-v3',
    );
  });

  it('leaves nothing when it is stopped, and says what is wrong with a file', async () => {
    const signal = AbortSignal.abort();
    await expect(importWeights(file, { modelsDir, signal }, making([1008, 2048]))).rejects.toThrow('abort');
    expect(await listStored(modelsDir)).toEqual([]);
    await expect(importWeights(file, { modelsDir })).rejects.toThrow(NetworkError);
    await expect(importWeights(join(folder, 'none.pth'), { modelsDir })).rejects.toThrow('ENOENT');
  });
});

it('stores nothing of a file that was changed while it was imported', async () => {
  const maker = making([1008, 2048]);
  const changed = new NetworkError('was changed');
  const open = async (path: string) => ({
    ...(await maker.open(path)),
    checkUnchanged: async () => {
      expect(maker.read).toHaveLength(3);
      throw changed;
    },
  });
  await expect(importWeights(file, { modelsDir }, { ...maker, open })).rejects.toThrow(changed);
  expect(await listStored(modelsDir)).toEqual([]);
});

describe('pulling', () => {
  const entry = (...urls: string[]): CatalogueEntry => ({
    name: 'inception-v3',
    architecture: 'inception-v3-fid',
    purpose: 'tests',
    license: 'any',
    comparableWith: 'published numbers',
    weights: {
      file: 'w.pth',
      bytes: CONTENT.length,
      sha256: digestOfBytes(CONTENT),
      urls: urls as [string, ...string[]],
    },
  });
  const nowhere = 'https://example.invalid/w.pth';
  /** An entry whose publisher states neither length nor digest. */
  const unstated = (name: string, url: string): CatalogueEntry => ({
    ...entry(url),
    name,
    weights: { file: 'w.pth', urls: [url] },
  });

  it('fetches, imports and removes the weight file; two at once fetch it once', async () => {
    const server = await new WeightServer(serve(CONTENT)).start();
    const maker = making([1008, 2048]);
    const pull = () => pullEntry(entry(nowhere), { modelsDir, mirror: `${server.url}/files/` }, maker);
    const both = await Promise.all([pull(), pull()]);
    await server.stop();
    expect(both.map(({ pulled }) => pulled).sort()).toEqual([false, true]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/files/w.pth']);
    expect(maker.built).toEqual(['inception-v3-fid']);
    expect(await readdir(join(modelsDir, 'downloads'))).toEqual([]);
    const [{ card }] = await listStored(modelsDir);
    expect(card).toMatchObject({ license: 'any', source: { file: 'w.pth' } });
  });

  it('takes the first download of a file without a stated digest for the file, and no other later', async () => {
    const first = await new WeightServer(serve(CONTENT)).start();
    const notes: string[] = [];
    const maker = making([1008, 2048]);
    const onNote = (note: string) => notes.push(note);
    const { card } = await pullEntry(
      unstated('inception-v3', `${first.url}/w.pth`),
      { modelsDir, onNote },
      maker,
    );
    await first.stop();
    const digest = digestOfBytes(CONTENT);
    expect(notes.join('\n')).toContain(
      `The publisher of w.pth states no digest: from now on it is ${digest}`,
    );
    expect(card.comparableWith).toBe(
      "published numbers; the digest of its weights is not the publisher's, who states none, but that of the first download",
    );
    const pin = join(modelsDir, 'pins', 'w.pth.sha256');
    expect(await readFile(pin, 'utf8')).toBe(`${digest}\n`);
    // What is in the store is known by the pin.
    expect((await pullEntry(unstated('inception-v3', nowhere), { modelsDir }, maker)).pulled).toBe(false);
    await rm(join(modelsDir, 'inception-v3.json'));
    const other = await new WeightServer(serve(Buffer.from('Weights'))).start();
    const again = pullEntry(
      unstated('inception-v3', `${other.url}/w.pth`),
      { modelsDir, backoffMs: 1 },
      maker,
    );
    await expect(again).rejects.toThrow(NetworkError);
    await expect(again).rejects.toThrow(`not ${digest}`);
    await expect(again).rejects.toThrow(`if the publisher has replaced the file, remove ${pin}.`);
    await rm(pin);
    expect(
      (await pullEntry(unstated('inception-v3', `${other.url}/w.pth`), { modelsDir }, maker)).pulled,
    ).toBe(true);
    await other.stop();
    await writeFile(pin, 'half');
    await expect(pullEntry(unstated('inception-v3', nowhere), { modelsDir }, maker)).rejects.toThrow(
      'is no SHA-256 of a weight file',
    );
  });

  it('fetches a file of two networks once where both are pulled at once', async () => {
    const names = ['inception-v3', 'inception-v3-spatial'];
    const known = (await readCatalogue()).filter(({ name }) => names.includes(name));
    const shared = new Set(known.map(({ weights }) => weights.file));
    expect([known.length, shared.size]).toEqual([2, 1]);
    const server = await new WeightServer(serve(CONTENT)).start();
    const maker = making([1008, 2048]);
    const pull = (name: string) => {
      const { weights, ...facts } = entry(`${server.url}/w.pth`);
      const stated = { ...facts, name, weights: { ...weights, file: known[0].weights.file } };
      return pullEntry(stated, { modelsDir }, maker);
    };
    const both = await Promise.all(names.map(pull));
    await server.stop();
    expect(both.map(({ pulled }) => pulled)).toEqual([true, true]);
    expect(server.requests).toHaveLength(1);
    expect(await readdir(join(modelsDir, 'downloads'))).toEqual([]);
  });

  it('pins no first download that is no network, and fetches it anew', async () => {
    const page = Buffer.from('<html>sign in</html>');
    const server = await new WeightServer(inTurn(serve(page), serve(CONTENT))).start();
    const pull = (maker?: Making) =>
      pullEntry(unstated('inception-v3', `${server.url}/w.pth`), { modelsDir, backoffMs: 1 }, maker);
    await expect(pull()).rejects.toThrow(NetworkError);
    expect(existsSync(join(modelsDir, 'pins'))).toBe(false);
    expect(await readdir(join(modelsDir, 'downloads'))).toEqual([]);
    expect((await pull(making([1008, 2048]))).pulled).toBe(true);
    await server.stop();
    expect(await readFile(join(modelsDir, 'pins', 'w.pth.sha256'), 'utf8')).toBe(
      `${digestOfBytes(CONTENT)}\n`,
    );
  });

  it('fetches a file without a stated digest once for two pulls at once, and pins the first', async () => {
    const server = await new WeightServer(inTurn(serve(CONTENT), serve(Buffer.from('Weights')))).start();
    const maker = making([1008, 2048]);
    const stated = unstated('inception-v3', `${server.url}/w.pth`);
    const both = await Promise.all([1, 2].map(() => pullEntry(stated, { modelsDir }, maker)));
    await server.stop();
    expect(both.map(({ pulled }) => pulled).sort()).toEqual([false, true]);
    expect(server.requests).toHaveLength(1);
  });

  it('keeps a pin that another pull has made meanwhile', async () => {
    const server = await new WeightServer(serve(CONTENT)).start();
    const pin = join(modelsDir, 'pins', 'w.pth.sha256');
    const other = `${'0'.repeat(64)}\n`;
    await mkdir(join(modelsDir, 'pins'), { recursive: true });
    const maker = making([1008, 2048]);
    const pinning: Making = {
      ...maker,
      open: async (path) => {
        await writeFile(pin, other);
        return maker.open(path);
      },
    };
    const pull = pullEntry(unstated('inception-v3', `${server.url}/w.pth`), { modelsDir }, pinning);
    await expect(pull).rejects.toThrow(`${pin} has another by now: pull inception-v3 again.`);
    await server.stop();
    expect(await readFile(pin, 'utf8')).toBe(other);
  });

  it('takes a file that was brought by hand, if it is the right one', async () => {
    const wrong = join(folder, 'wrong.pth');
    await writeFile(wrong, 'Weights');
    const maker = making([1008, 2048]);
    await expect(pullEntry(entry(nowhere), { modelsDir, from: wrong }, maker)).rejects.toThrow(
      /wrong\.pth is not the weight file of inception-v3 \(its SHA-256 is .*: give w\.pth, or import/,
    );
    await writeFile(wrong, 'short');
    await expect(pullEntry(entry(nowhere), { modelsDir, from: wrong }, maker)).rejects.toThrow(
      'it has 5 bytes',
    );
    await expect(pullEntry(entry(nowhere), { modelsDir, from: folder }, maker)).rejects.toThrow('is no file');
    await expect(pullEntry(entry(nowhere), { modelsDir, from: `${file}x` }, maker)).rejects.toThrow('ENOENT');
    const { pulled } = await pullEntry(entry(nowhere), { modelsDir, from: file }, maker);
    expect([pulled, existsSync(file)]).toEqual([true, true]);
  });

  it('goes on from a weight file that a stopped pull has left, and repairs a damaged network', async () => {
    const maker = making([1008, 2048]);
    const { path } = await pullEntry(entry(nowhere), { modelsDir, from: file }, maker);
    const damaged = await readFile(path);
    damaged[50] ^= 1;
    await writeFile(path, damaged);
    const server = await new WeightServer(serve(CONTENT)).start();
    const failing = { ...maker, build: () => new GraphBuilder('nothing', { opset: 18 }) };
    const address = `${server.url}/w.pth`;
    await expect(pullEntry(entry(address), { modelsDir }, failing)).rejects.toThrow('not a whole ONNX model');
    expect((await pullEntry(entry(address), { modelsDir }, maker)).pulled).toBe(true);
    await server.stop();
    expect(server.requests).toHaveLength(1);
    expect((await openNetwork('inception-v3', {}, modelsDir)).path).toBe(path);
  });

  it('pulls the published weights over others that were imported under their name', async () => {
    const other = join(folder, 'other.pth');
    await writeFile(other, 'others');
    const maker = making([1008, 2048]);
    await importWeights(other, { modelsDir }, maker);
    expect((await pullEntry(entry(nowhere), { modelsDir, from: file }, maker)).pulled).toBe(true);
    expect((await pullEntry(entry(nowhere), { modelsDir, from: file }, maker)).pulled).toBe(false);
  });

  it('leaves nothing of downloads that came to nothing: of this network at once, of others after a month', async () => {
    const downloads = join(modelsDir, 'downloads');
    await mkdir(downloads, { recursive: true });
    const put = async (name: string, days: number) => {
      const then = new Date(Date.now() - days * 24 * 60 * 60 * 1000);
      await writeFile(join(downloads, name), 'half');
      await utimes(join(downloads, name), then, then);
    };
    for (const name of ['w.pth.part', 'w.pth.part.json']) await put(name, 0);
    await put('recent.pth.part', 29);
    await put('old.pth.part', 31);
    await put('mine.txt', 31);
    const maker = making([1008, 2048]);
    await pullEntry(entry(nowhere), { modelsDir, from: file }, maker);
    expect((await readdir(downloads)).sort()).toEqual(['mine.txt', 'recent.pth.part']);
    // A pull that was killed after the import had its file left.
    await put('w.pth', 0);
    expect((await pullEntry(entry(nowhere), { modelsDir }, maker)).pulled).toBe(false);
    expect((await readdir(downloads)).sort()).toEqual(['mine.txt', 'recent.pth.part']);
  });

  it('refuses a mirror that is no address', async () => {
    const pulling = pullEntry(entry(nowhere), { modelsDir, mirror: 'my disk' }, making([1008, 2048]));
    await expect(pulling).rejects.toThrow('The mirror "my disk" is no address');
  });
});

describe('importWeights of names behind a wrapper', () => {
  it('takes them, and says which and what is passed over', async () => {
    const maker = making([1008, 2048]);
    const open = async (path: string) => {
      const pth = await maker.open(path);
      const names = [...pth.tensors].map(([name, facts]) => [`module.${name}`, facts] as const);
      const tensors = new Map([
        ...names,
        ['criterion.weight', { shape: [1], dtype: 'float32' as const }] as const,
      ]);
      return { ...pth, tensors, wrapper: 'model' };
    };
    const notes: string[] = [];
    const options = { modelsDir, name: 'mine', onNote: (note: string) => notes.push(note) };
    const { card } = await importWeights(file, options, { ...maker, open });
    expect(card.name).toBe('mine');
    expect(maker.read).toEqual(['module.Conv2d_1a_3x3.conv.weight', 'module.fc.bias', 'module.fc.weight']);
    expect(notes.slice(0, 2)).toEqual([
      `${file}: the weights under model, after "module." were taken.`,
      `${file}: passed over the tensor "criterion.weight", for which the network has no place.`,
    ]);
  });
});
