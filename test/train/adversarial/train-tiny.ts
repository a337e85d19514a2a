import { join } from 'node:path';
import type { TrainedGan, TrainingHooks } from '../../../src/train/adversarial/train-family.js';
import type { TrainGanOptions } from '../../../src/train/adversarial/train-options.js';
import { trainGan } from '../../../src/train/train-gan.js';

/** Trains an AC-GAN that takes no time on the `pictures` of a folder; its run and a cache are in the folder, too. */
export function trainTiny(
  folder: string,
  name: string,
  options: Partial<TrainGanOptions>,
  hooks: TrainingHooks = {},
): Promise<TrainedGan> {
  return trainGan(
    'acgan',
    {
      out: join(folder, name),
      pictures: join(folder, 'pictures'),
      settings: { width: 0.02, batchSize: 6, latentWidth: 3 },
      backend: 'onnx',
      device: 'cpu',
      threads: 1,
      cacheDir: join(folder, 'cache'),
      ...options,
    },
    hooks,
  );
}
