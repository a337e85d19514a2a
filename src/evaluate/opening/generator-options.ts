import { z } from 'zod';
import { parseByteSize } from '../../core/byte-size.js';
import { UsageError } from '../../core/errors.js';
import { CLASS_DRAWS } from '../../generators/generator.js';
import type { ImageSource } from '../../images/image-source.js';
import { type OpeningOptions, refuseSetOptions } from './opening-options.js';

/** More pictures than anyone draws. */
const MAX_SAMPLES = 10_000_000;
const MAX_CLASSES = 100_000;

/** Options that say how pictures are drawn from a generator. */
export const generatorOptions = {
  sampleCount: z
    .int()
    .min(1)
    .max(MAX_SAMPLES)
    .optional()
    .describe('Pictures to draw from a generator (an .onnx file, or a run of ganeval train)')
    .meta({ flag: 'samples' }),
  latent: z
    .string()
    .optional()
    .describe(
      'What a generator is fed with: normal, uniform (0 to 1) or unit, and the numbers of a latent where its file leaves them open, as normal:128 [default: normal]',
    ),
  generatorClasses: z
    .int()
    .min(1)
    .max(MAX_CLASSES)
    .optional()
    .describe('Number of classes of a generator that takes a class [default: what its file says]'),
  classDraw: z
    .enum(CLASS_DRAWS)
    .optional()
    .describe('How a generator gets its classes: each in turn, or drawn by the seed [default: balanced]'),
  save: z
    .string()
    .min(1)
    .optional()
    .describe('Also write the pictures of a generator, to a new folder of PNG files or an .npz file'),
};

type GeneratorOption = keyof typeof generatorOptions;

/** What a run says of a generator. */
export type GeneratorChoice = {
  readonly [Key in GeneratorOption]?: z.output<(typeof generatorOptions)[Key]>;
};

const KEYS = Object.keys(generatorOptions) as GeneratorOption[];

/** Whether a path is that of a generator. */
export function isGeneratorPath(path: string): boolean {
  return path.toLowerCase().endsWith('.onnx');
}

/**
 * Refuses what is said of a generator where the pictures are not drawn from one.
 *
 * @throws {UsageError} naming the option
 */
export function refuseGeneratorOptions(options: GeneratorChoice): void {
  const stated = KEYS.find((key) => options[key] !== undefined);
  if (stated === undefined) return;
  throw new UsageError(
    `Option ${stated} goes with a generator, an .onnx file or a run of ganeval train: leave it out.`,
  );
}

/**
 * Opens a generator as a source of pictures, and writes them if that is asked for.
 *
 * @param path of an .onnx file
 * @throws {UsageError} for options that don't go with a generator, or what has to be said
 * @throws {NetworkError} for a file that is no generator of pictures
 * @throws {StorageError} if pictures can't be written
 */
export async function openGeneratorPictures(
  path: string,
  options: OpeningOptions,
  signal: AbortSignal | undefined,
): Promise<ImageSource> {
  refuseSetOptions('samples', options, 'goes with pictures that are there already, not with a generator');
  for (const key of ['array', 'bitDepth'] as const) {
    if (options[key] !== undefined)
      throw new UsageError(`Option ${key} does not go with a generator: leave it out.`);
  }
  const { sampleCount, latent, generatorClasses, classDraw, save, seed, layout, range } = options;
  const { device, threads, pixelLimit, maxMemory } = options;
  if (sampleCount === undefined) {
    throw new UsageError(`${path} is a generator: say how many pictures to draw, as --samples 50000.`);
  }
  // Loaded for such a path alone.
  const [{ openOnnxGenerator }, { GeneratorSource }] = await Promise.all([
    import('../../generators/onnx-generator.js'),
    import('../../generators/generator-source.js'),
  ]);
  const source = new GeneratorSource(
    await openOnnxGenerator(path, {
      count: sampleCount,
      latent,
      classes: generatorClasses,
      classDraw,
      seed,
      layout,
      range,
      device,
      threads,
      pixelLimit,
      maxMemory: typeof maxMemory === 'string' ? parseByteSize(maxMemory) : maxMemory,
    }),
  );
  if (save === undefined) return source;
  try {
    const { saveSource } = await import('../../generators/save-source.js');
    await saveSource(source, save, signal);
    return source;
  } catch (error) {
    await source.close();
    throw error;
  }
}
