import { UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { Classification } from '../documents/trained/classification.js';
import { resolveOptions } from '../evaluate/options.js';
import { cacheFolder } from '../storage/cache-folder.js';
import { openGenerator, readRunCheckpoint } from './adversarial/open-generator.js';
import type { Family } from './adversarial/trainer.js';
import { chooseBackend } from './backend/choose-backend.js';
import { findFamily } from './families.js';
import { CLASSIFY_DEFAULTS, type ClassifyOptions } from './probing/classify-options.js';
import { runClassification } from './probing/run-classification.js';

/**
 * Measures how well a linear classifier with few labels does on the features of a trained discriminator, its hidden units before the last
 * layer (Goodfellow et al. 2014, section 7), beside the same classifier on those of its first weights and on pixels.
 *
 * @remarks
 * The classifier is a softmax with an L2 penalty, whose strength is chosen by cross-validation on the labeled pictures. It is fit to
 * several draws of labels. All numbers follow from the checkpoint, the pictures, the options and the seed, on the same backend with the
 * same number of threads.
 *
 * @param run the folder of a run of `trainGan`, or its checkpoint
 * @param options the pictures whose labels are drawn, the test pictures, and how many labels
 * @param hooks signal, progress and notes
 * @returns the test errors with intervals
 * @throws {UsageError} for a run whose discriminator gives no features, or options that do not fit
 * @throws {ImagesError} for pictures that cannot be used, have no labels, or fewer than are asked for
 * @throws {NetworkError} if the checkpoint is damaged
 * @throws the reason of `hooks.signal` if it is aborted
 *
 * @example
 * ```ts
 * const { classifiers } = await classify('runs/digits', { pictures: 'mnist:train:0:50000', test: 'mnist:test' });
 * ```
 */
export async function classify(
  run: string,
  options: ClassifyOptions & {
    /** The family of the run, if it is one of your own. @default the paper's GAN that the checkpoint names */
    readonly family?: Family<unknown>;
  },
  hooks: RunHooks = {},
): Promise<Classification> {
  if (run.toLowerCase().endsWith('.onnx')) {
    throw new UsageError(
      `${run} is a generator in ONNX, and has no discriminator: name a run of ganeval train gan.`,
    );
  }
  const { threads, family } = options;
  const { seed, device } = resolveOptions({ seed: options.seed, device: options.device, threads });
  const checkpoint = await readRunCheckpoint(run);
  await chooseBackend(options.backend ?? CLASSIFY_DEFAULTS.backend, { device, threads });
  const load = async (name: string) => (family && family.name === name ? family : findFamily(name));
  const opened = await openGenerator(run, checkpoint, load);
  try {
    return await runClassification(
      { name: run, checkpoint, opened },
      { ...options, seed, cacheDir: cacheFolder(options.cacheDir) },
      hooks,
    );
  } finally {
    opened.trainer.dispose();
  }
}
