import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeStreamedNpz } from '../archives/npz.js';
import { ImagesError, UsageError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import { versionsOfMakers } from '../core/versions.js';
import { INPAINTING_SCHEMA, type Inpainting } from '../documents/trained/inpainting.js';
import { jsonText } from '../escape/json-text.js';
import { resolveOptions } from '../evaluate/options.js';
import { requireFreeFolder } from '../generators/write-samples.js';
import { estimateMean } from '../math/statistics/estimate-mean.js';
import { cacheFolder } from '../storage/cache-folder.js';
import { makeFolder } from '../storage/make-folder.js';
import { writeNew } from '../storage/write-whole.js';
import { type OpenGenerator, openGenerator, readRunCheckpoint } from './adversarial/open-generator.js';
import { openNamedPictures } from './adversarial/open-pictures.js';
import type { RunPictures } from './adversarial/run-pictures.js';
import type { Family, PictureForm } from './adversarial/trainer.js';
import { chooseBackend } from './backend/choose-backend.js';
import { tfjsVersion } from './backend/tfjs-version.js';
import { findFamily } from './families.js';
import { chooseMasks } from './inpainting/choose-masks.js';
import {
  type Completer,
  completePictures,
  errorsInside,
  type MaskedPictures,
} from './inpainting/complete-pictures.js';
import { encodeCompletions } from './inpainting/completion-grid.js';
import { INPAINTING_DEFAULTS, type InpaintOptions } from './inpainting/inpaint-options.js';
import { rngFor } from './loop/rng-for.js';

const ROW_STREAM = 72;
/** Completions are held in memory. */
const MAX_BYTES = 2 ** 30;
const { level } = INPAINTING_DEFAULTS;

/**
 * Predicts a part of pictures from the rest, with the generator of a run of `train gan --inpaint`.
 *
 * @remarks
 * Everything follows from the checkpoint, the pictures, the options and the seed, on the same backend with the same number of threads.
 *
 * @param run the folder of a run of `trainGan`, or its checkpoint
 * @param options the pictures, which part is predicted, and where the results go
 * @param hooks signal, progress and notes
 * @returns the error of predicted pixels, beside that of the mean training picture
 * @throws {UsageError} for a run that was not trained to complete pictures, one picture, a mask that covers nothing or everything, or a folder that
 *   is not empty
 * @throws {ImagesError} for pictures that cannot be used
 * @throws {NetworkError} if the checkpoint is damaged
 * @throws {StorageError} if the folder cannot be written; nothing incomplete keeps its name
 * @throws the reason of `hooks.signal` if it is aborted
 *
 * @example
 * ```ts
 * const { mse, baseline } = await inpaint('runs/parts', { pictures: 'mnist:test', mask: 'halves', out: 'completed/' });
 * ```
 */
export async function inpaint(
  run: string,
  options: InpaintOptions & {
    /** The family of the run, if it is one of your own. @default the paper's GAN that the checkpoint names */
    readonly family?: Family<unknown>;
  },
  hooks: RunHooks = {},
): Promise<Inpainting> {
  const { threads, family, out } = options;
  const { seed, device } = resolveOptions({ seed: options.seed, device: options.device, threads });
  if (options.count === 1) {
    throw new UsageError('No error can be estimated of one completed picture: give 2 or more with -n.');
  }
  await requireFreeFolder(out);
  const checkpoint = await readRunCheckpoint(run);
  await chooseBackend(options.backend ?? INPAINTING_DEFAULTS.backend, { device, threads });
  const load = async (name: string) => (family && family.name === name ? family : findFamily(name));
  const opened = await openGenerator(run, checkpoint, load);
  try {
    const { trainer, form } = opened;
    const { inpainting } = trainer;
    if (!inpainting) {
      throw new UsageError(
        `The generator of ${run} was not trained to complete pictures: name a run of ganeval train gan --inpaint.`,
      );
    }
    const place = { dataDir: options.dataDir, cacheDir: cacheFolder(options.cacheDir) };
    const pictures = await openNamedPictures(options.pictures, place, form, hooks);
    try {
      const completer = { trainer, inpainting, form, seed };
      const { found, completed } = await measure(completer, pictures, { ...options, opened }, hooks);
      const result: Inpainting = {
        schema: INPAINTING_SCHEMA,
        generator: { run, sha256: checkpoint.sha256, step: opened.step },
        pictures: {
          source: options.pictures,
          available: pictures.count,
          n: found.mse.n,
          isTrainingSet: pictures.digest === checkpoint.identity.pictures,
        },
        ...found,
        createdWith: { ...(await versionsOfMakers()), '@tensorflow/tfjs-core': tfjsVersion() },
      };
      await writeNew(out, (partial) => write(partial, completed, result, form));
      return result;
    } finally {
      await pictures.close();
    }
  } finally {
    opened.trainer.dispose();
  }
}

type Found = Pick<
  Inpainting,
  'mask' | 'predicted' | 'completions' | 'seed' | 'mse' | 'baseline' | 'difference'
>;

async function measure(
  completer: Completer,
  pictures: RunPictures,
  options: InpaintOptions & { readonly opened: OpenGenerator },
  hooks: RunHooks,
): Promise<{ found: Found; completed: Completed }> {
  const { form, seed, inpainting } = completer;
  const { count = INPAINTING_DEFAULTS.count, completions = INPAINTING_DEFAULTS.completions } = options;
  const order = rngFor(seed, ROW_STREAM).permutation(pictures.count);
  const rows = Int32Array.from(order.subarray(0, count)).sort();
  if (rows.length < 2) {
    throw new ImagesError(
      `No error can be estimated of one picture, and ${pictures.source} has no more: name two or more.`,
    );
  }
  if (rows.length * completions * form.size ** 2 * form.channels > MAX_BYTES) {
    throw new UsageError(
      `${rows.length} pictures with ${completions} completions each are more than can be held at once: give less with -n or --completions.`,
    );
  }
  const { masks, name } = chooseMasks(options, rows.length, form.size, seed);
  const ofLabel = classesOf(options.opened, pictures, options.className);
  const batch = await pictures.read(rows);
  const masked = { pixels: batch.pixels, masks, ...(ofLabel && { classes: batch.labels.map(ofLabel) }) };
  const made = await completePictures(completer, masked, completions, hooks);

  const errors = errorsInside(made, masked, completions, form);
  const mean = await inpainting.mean.data();
  const repeated = Float32Array.from({ length: batch.pixels.length }, (_, i) => mean[i % mean.length]);
  const ofMean = errorsInside(repeated, masked, 1, form);
  const found = {
    mask: name,
    predicted: masks.reduce((sum, known) => sum + 1 - known, 0) / masks.length,
    completions,
    seed,
    mse: estimateMean(errors, level),
    baseline: estimateMean(ofMean, level),
    difference: estimateMean(
      errors.map((error, i) => error - ofMean[i]),
      level,
    ),
  };
  return { found, completed: { rows, masked, made, completions } };
}

/** @throws {UsageError} where a class is needed and none is known, or one is given that there is not */
function classesOf(
  { trainer, form: { classNames } }: OpenGenerator,
  pictures: RunPictures,
  className: string | undefined,
): ((label: number) => number) | undefined {
  if (!trainer.conditional) {
    if (className === undefined) return undefined;
    throw new UsageError(
      '--class needs a generator that takes classes, and this one takes none: leave it out.',
    );
  }
  const indices =
    className === undefined
      ? pictures.form.classNames.map((name) => classNames.indexOf(name))
      : [classNames.indexOf(className)];
  if (indices.length > 0 && !indices.includes(-1))
    return (label) => indices[className === undefined ? label : 0];
  throw new UsageError(
    className === undefined
      ? `The generator takes a class, and ${pictures.source} has not the labels that it knows: name one with --class (it has ${classNames.join(', ')}).`
      : `--class names ${JSON.stringify(className)}, which the generator does not know: it has ${classNames.join(', ')}.`,
  );
}

interface Completed {
  readonly rows: Int32Array;
  readonly masked: MaskedPictures;
  readonly made: Uint8Array;
  readonly completions: number;
}

/** `completions.png`, `completions.npz` with rows, masks and all completions, and `inpainting.json`. */
async function write(
  out: string,
  { rows, masked, made, completions }: Completed,
  result: Inpainting,
  { size, channels }: PictureForm,
): Promise<void> {
  await makeFolder(out);
  const grid = await encodeCompletions(made, masked, completions, { size, channels });
  await writeFile(join(out, 'completions.png'), grid);
  const n = rows.length;
  const arrays = {
    rows: { type: '<i4', shape: [n], pieces: piece(new Uint8Array(rows.buffer)) },
    masks: { type: '|u1', shape: [n, size, size], pieces: piece(masked.masks) },
    completions: { type: '|u1', shape: [n, completions, size, size, channels], pieces: piece(made) },
  } as const;
  await writeStreamedNpz(join(out, 'completions.npz'), arrays);
  await writeFile(join(out, 'inpainting.json'), jsonText(result));
}

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
