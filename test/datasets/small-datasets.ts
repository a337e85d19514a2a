import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { CIFAR10 } from '../../src/datasets/cifar10.js';
import type { Dataset, SplitName } from '../../src/datasets/dataset.js';
import { MNIST } from '../../src/datasets/mnist.js';
import { encodePng } from '../../src/images/write-png.js';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';

/** Pictures in each made-up batch. */
export const PER_BATCH = 4;

export interface SmallDataset {
  readonly dataset: Dataset;
  readonly tarball: string;
  /** Pixels and labels that every way of reading must give. */
  readonly truth: Readonly<Record<SplitName, { pixels: Uint8Array; labels: Uint8Array }>>;
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'ganeval-test-'));
}

export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/** Random rows in CIFAR-10's form: two batches to train, one to test. */
export async function makeSmallCifar10(folder: string): Promise<SmallDataset> {
  const splits = {
    train: { batches: ['data_batch_1', 'data_batch_2'], picturesPerBatch: PER_BATCH },
    test: { batches: ['test_batch'], picturesPerBatch: PER_BATCH },
  };
  const truth = { train: randomRows(1, 2 * PER_BATCH, 3072), test: randomRows(2, PER_BATCH, 3072) };
  const files = new Map<string, string | Uint8Array>([['LICENSE', 'not to be extracted']]);
  for (const split of ['train', 'test'] as const) {
    files.set(`${split}_lables.json`, JSON.stringify([...truth[split].labels]));
    for (const [i, batch] of splits[split].batches.entries()) {
      const pixels = truth[split].pixels.subarray(i * PER_BATCH * 3072, (i + 1) * PER_BATCH * 3072);
      files.set(`${batch}.png`, await encodePng({ width: 1024, height: PER_BATCH, channels: 3, pixels }));
    }
  }
  return pack(folder, { ...CIFAR10, splits }, files, truth);
}

/** Random rows in MNIST's form. */
export async function makeSmallMnist(folder: string): Promise<SmallDataset> {
  const splits = {
    train: { batches: ['train'], picturesPerBatch: 2 * PER_BATCH },
    test: { batches: ['t10k'], picturesPerBatch: PER_BATCH },
  };
  const truth = { train: randomRows(3, 2 * PER_BATCH, 784), test: randomRows(4, PER_BATCH, 784) };
  const files = new Map<string, Uint8Array>();
  for (const split of ['train', 'test'] as const) {
    const { pixels, labels } = truth[split];
    const stem = splits[split].batches[0];
    files.set(`data/${stem}-images-idx3-ubyte`, idx([labels.length, 28, 28], pixels));
    files.set(`data/${stem}-labels-idx1-ubyte`, idx([labels.length], labels));
  }
  return pack(folder, { ...MNIST, splits }, files, truth);
}

/** An IDX file of unsigned bytes. */
export function idx(shape: readonly number[], values: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x0800 + shape.length);
  shape.forEach((n, i) => {
    header.writeUInt32BE(n, 4 + 4 * i);
  });
  return Buffer.concat([header, values]);
}

/** Records of CIFAR-10's binary version. */
export function cifarRecords(pixels: Uint8Array, labels: Uint8Array): Buffer {
  const bytes = Buffer.alloc(labels.length * 3073);
  for (let row = 0; row < labels.length; row++) {
    bytes[row * 3073] = labels[row];
    for (let i = 0; i < 3072; i++) {
      bytes[row * 3073 + 1 + (i % 3) * 1024 + Math.floor(i / 3)] = pixels[row * 3072 + i];
    }
  }
  return bytes;
}

function randomRows(seed: number, count: number, size: number) {
  const random = new NumpyRandom(seed);
  const draw = (n: number, below: number) => Uint8Array.from({ length: n }, () => random.interval(below - 1));
  return { pixels: draw(count * size, 256), labels: draw(count, 10) };
}

async function pack(
  folder: string,
  dataset: Dataset,
  files: ReadonlyMap<string, string | Uint8Array>,
  truth: SmallDataset['truth'],
): Promise<SmallDataset> {
  const { name, version } = dataset.npm;
  const staging = join(folder, `${name}-staging`);
  await mkdir(join(staging, 'package', 'data'), { recursive: true });
  await writeFile(join(staging, 'package', 'package.json'), JSON.stringify({ name, version }));
  for (const [path, content] of files) await writeFile(join(staging, 'package', path), content);
  const tarball = join(folder, `${name}-${version}.tgz`);
  await create({ file: tarball, cwd: staging, gzip: true, portable: true }, ['package']);
  const bytes = await readFile(tarball);
  const npm = { ...dataset.npm, integrity: integrityOf(bytes), bytes: bytes.length };
  return { dataset: { ...dataset, npm }, tarball, truth };
}
