import { z } from 'zod';
import { parseByteSize } from '../../core/byte-size.js';
import { UsageError } from '../../core/errors.js';
import { CLASS_DRAWS, type Generator } from '../../generators/generator.js';
import type { ImageSource } from '../../images/image-source.js';
import { isRunFolder } from '../guidance/explain-path.js';
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

/** What the checkpoint of a run says. */
const FACTS_OF_RUN = ['latent', 'generatorClasses', 'layout', 'range'] as const;

const KEYS = Object.keys(generatorOptions) as GeneratorOption[];

/** What holds a generator: an .onnx file, or a run of `ganeval train`. */
export type GeneratorForm = 'file' | 'run';

/** What a path is that holds a generator; undefined for other paths. A run is named by its folder or its checkpoint. */
export async function generatorFormOf(path: string): Promise<GeneratorForm | undefined> {
  const lower = path.toLowerCase();
  if (lower.endsWith('.onnx')) return 'file';
  return lower.endsWith('.safetensors') || (await isRunFolder(path)) ? 'run' : undefined;
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
 * Opens a generator as a source of pictures.
 *
 * @param path of an .onnx file, of the folder of a run of `ganeval train`, or of its checkpoint
 * @param form which of them it is
 * @throws {UsageError} for options that don't go with a generator, or what has to be said
 * @throws {NetworkError} for a file that is no generator of pictures
 */
export async function openGeneratorPictures(
  path: string,
  form: GeneratorForm,
  options: OpeningOptions,
): Promise<ImageSource> {
  const { sampleCount: count } = options;
  refuseSetOptions('samples', options, 'goes with pictures that are there already, not with a generator');
  refuseForms(form, options);
  if (count === undefined) {
    const what = form === 'run' ? 'a run of ganeval train' : 'a generator';
    throw new UsageError(`${path} is ${what}: say how many pictures to draw, as --samples 50000.`);
  }
  if (options.precision === 'tf32') {
    throw new UsageError(
      `--precision tf32 holds for all that a process computes on CUDA, and ${path} draws its pictures in float32: draw them first with "ganeval sample", or leave it out.`,
    );
  }
  // Loaded for such a path alone.
  const { GeneratorSource } = await import('../../generators/generator-source.js');
  return new GeneratorSource(await open(path, form, { ...options, count }));
}

/**
 * Writes the pictures of a generator, if that is asked for: at the start of a run whose plan stands.
 *
 * @throws {UsageError} for a folder that is not empty
 * @throws {StorageError} if they can't be written
 */
export async function saveDrawnPictures(
  source: ImageSource,
  { save }: Pick<GeneratorChoice, 'save'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (save === undefined) return;
  const { saveSource } = await import('../../generators/save-source.js');
  await saveSource(source, save, signal);
}

function refuseForms(form: GeneratorForm, options: OpeningOptions): void {
  const key = (['array', 'bitDepth'] as const).find((each) => options[each] !== undefined);
  if (key) throw new UsageError(`Option ${key} does not go with a generator: leave it out.`);
  const known = FACTS_OF_RUN.find((each) => options[each] !== undefined);
  if (form === 'file' || known === undefined) return;
  throw new UsageError(
    `Option ${known} does not go with a run of ganeval train, whose checkpoint says it: leave it out.`,
  );
}

async function open(
  path: string,
  form: GeneratorForm,
  { maxMemory: memory, ...options }: OpeningOptions & { readonly count: number },
): Promise<Generator> {
  const { count, seed, classDraw, device, threads, pixelLimit } = options;
  const maxMemory = typeof memory === 'string' ? parseByteSize(memory) : memory;
  const drawing = { count, seed, classDraw, device, threads, pixelLimit, maxMemory };
  if (form === 'run') {
    const { openRunGenerator } = await import('../../generators/run-generators.js');
    return openRunGenerator(path, drawing);
  }
  const { openOnnxGenerator } = await import('../../generators/onnx-generator.js');
  const { latent, generatorClasses: classes, layout, range } = options;
  return openOnnxGenerator(path, { ...drawing, latent, classes, layout, range });
}
