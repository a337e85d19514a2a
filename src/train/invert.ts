import { UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { Inversion } from '../documents/trained/inversion.js';
import { resolveOptions } from '../evaluate/options.js';
import { cacheFolder } from '../storage/cache-folder.js';
import { openGenerator, readRunCheckpoint } from './adversarial/open-generator.js';
import type { Family } from './adversarial/trainer.js';
import { chooseBackend } from './backend/choose-backend.js';
import { findFamily } from './families.js';
import { INVERSION_DEFAULTS, type InvertOptions } from './inversion/invert-options.js';
import { runInversion } from './inversion/run-inversion.js';

/**
 * Finds the latents of pictures for the generator of a run, which stays as it is: by a network that is trained on its samples to predict
 * z from x, and by gradient descent on ‖G(z) − x‖² from that guess and from others (Goodfellow et al. 2014, section 7).
 *
 * @remarks
 * All numbers follow from the checkpoint, the pictures, the options and the seed, on the same backend with the same number of threads,
 * whether the training of the network was stopped and resumed or not.
 *
 * @param run the folder of a run of `trainGan`, or its checkpoint
 * @param options the pictures, where the results go, and how both ways search
 * @param hooks signal, progress and notes
 * @returns the reconstruction errors, which are written as `inversion.json` beside the network, grids and latents
 * @throws {UsageError} if the run has no checkpoint, or the folder holds another generator's network, or for options that do not fit
 * @throws {ImagesError} for pictures that cannot be used
 * @throws {NetworkError} if a checkpoint is damaged, or the training diverges
 * @throws {StorageError} if the folder cannot be written
 * @throws the reason of `hooks.signal` if it is aborted
 *
 * @example
 * ```ts
 * const { sets } = await invert('runs/digits', { pictures: 'mnist:test', training: 'mnist:train:0:50000', out: 'inverted/' });
 * ```
 */
export async function invert(
  run: string,
  options: InvertOptions & {
    /** The family of the run, if it is one of your own. @default the paper's GAN that the checkpoint names */
    readonly family?: Family<unknown>;
  },
  hooks: RunHooks = {},
): Promise<Inversion> {
  if (run.toLowerCase().endsWith('.onnx')) {
    throw new UsageError(
      `${run} cannot be inverted, since no gradients go through an ONNX generator: name a run of ganeval train gan, improved or acgan.`,
    );
  }
  const { threads, family } = options;
  const { seed, device } = resolveOptions({ seed: options.seed, device: options.device, threads });
  const checkpoint = await readRunCheckpoint(run);
  const backend = await chooseBackend(options.backend ?? INVERSION_DEFAULTS.backend, { device, threads });
  const load = async (name: string) => (family && family.name === name ? family : findFamily(name));
  const opened = await openGenerator(run, checkpoint, load);
  try {
    return await runInversion(
      { name: run, checkpoint, opened, backend },
      { ...options, seed, cacheDir: cacheFolder(options.cacheDir) },
      hooks,
    );
  } finally {
    opened.trainer.dispose();
  }
}
