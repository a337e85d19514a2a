import { ImagesError, NetworkError, UsageError } from '../core/errors.js';
import type { DrawnFromGenerator, PathStep, UnroundedPixels } from '../images/latent-paths.js';
import type { ValueRange } from '../images/picture.js';
import type { PictureReading } from '../images/picture-reading.js';
import { openWithWeights } from '../networks/weight-files/open-with-weights.js';
import { runtimeVersion } from '../onnx/runtime.js';
import { elementCount, type TensorData } from '../onnx/tensor.js';
import { drawClasses } from './draw-classes.js';
import type { ClassDraw, DrawOptions, Generator, MadePicture } from './generator.js';
import { GeneratorFeeder } from './generator-feeder.js';
import { type ClassInput, inspectGeneratorInputs } from './generator-inputs.js';
import { LATENT_FORM, parseLatent, widthOf } from './latent-spec.js';
import { LatentStream } from './latent-stream.js';
import { bytesOf, makePictures, makeUnrounded } from './made-pictures.js';
import { formOfOutput, type OutputForm, rangeByGraph, rangeByValues } from './output-form.js';
import { type PictureLimits, refuseBatch, refusePixels } from './picture-limits.js';
import { readGenerator } from './read-generator.js';
import { measureSpread } from './value-spread.js';

/** How pictures are drawn from a generator. */
export interface GeneratorOptions extends DrawOptions, Pick<PictureReading, 'layout' | 'range'> {
  /** What latents are drawn from, and their sides where the file leaves them open: `normal:128`. @default 'normal' */
  readonly latent?: string;
  /** How many classes there are. @default what the file says */
  readonly classes?: number;
  /** What results and messages call it. @default its path */
  readonly name?: string;
}

/** Pictures of a batch, where the file leaves it open: more gain little, and a picture that is asked for by itself costs all of them. */
const MAX_BATCH = 8;
/** Bytes of values in a batch. */
const BATCH_BYTES = 2 ** 24;
/** The shortest step between latents whose numbers have 11 bits. */
const LEAST_HALF_STEP = 0.01;
/** Changes when the same values become other pixels. */
const ROUNDING = 1;

/**
 * Opens a generator in an .onnx file, and draws the first pictures to find out how they lie in its output.
 *
 * @param path of the file
 * @throws {NetworkError} for a file that is missing, damaged, or no generator of pictures
 * @throws {UsageError} for what the user has to say, or said wrongly
 * @throws {ImagesError} for pictures that are too large
 */
export async function openOnnxGenerator(path: string, options: GeneratorOptions): Promise<Generator> {
  const { name = path, latent: text = 'normal', classes, device, threads } = options;
  const latent = parseLatent(text);
  if (!latent) {
    throw new UsageError(`--latent cannot be ${JSON.stringify(text.slice(0, 80))}: write ${LATENT_FORM}.`);
  }
  const { model, sha256, outside } = await readGenerator(path);
  const inputs = inspectGeneratorInputs(path, model, { latent, classes });
  refuseDeclared(path, model.outputs[0].shape, options);
  const session = await openWithWeights(model.bytes, outside, { device, threads, what: path });
  try {
    const output = model.outputs[0].name;
    const { seed, count, layout } = options;
    const stream = new LatentStream(seed, latent.distribution, widthOf(inputs.latent.shape));
    const labels = inputs.classes && drawClasses(count, drawOf(inputs.classes, options));
    const feeder = new GeneratorFeeder(session, { inputs, stream, count, labels, output });
    // As few as possible first: how large its output is, nothing may say before.
    const least = inputs.batch ?? 1;
    const first = await feeder.run(0, least);
    const form = formOfOutput(path, first, layout);
    refuseOtherCount(path, first.shape[0], least);
    const batch = inputs.batch ?? batchOf(form);
    const perPixel = form.channels * bytesOf(form) + 3;
    refusePixels(path, form.height * form.width, options);
    refuseBatch(path, batch, form.height * form.width * perPixel, options);
    const range = form.type === 'uint8' ? '0..255' : (options.range ?? (await findRange()));
    return new OnnxGenerator({ name, sha256, feeder, form, range, batch, classDraw: options.classDraw });

    async function findRange(): Promise<ValueRange> {
      const probe = batch === least ? first : await feeder.run(0, batch);
      return rangeByGraph(model, output) ?? rangeByValues(path, measureSpread(path, probe));
    }
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Follows from the size of the pictures alone: how many are made at a time may change their last bits. */
function batchOf(form: OutputForm): number {
  const bytes = elementCount([form.height, form.width, form.channels]) * bytesOf(form);
  return Math.max(1, Math.min(MAX_BATCH, Math.floor(BATCH_BYTES / bytes)));
}

function refuseOtherCount(path: string, rows: number, latents: number): void {
  if (rows === latents) return;
  throw new NetworkError(
    `${path} gives ${rows} pictures for ${latents === 1 ? 'one latent' : `${latents} latents`}: export it with an open batch axis, so that each latent gives one picture.`,
  );
}

function drawOf({ classes }: ClassInput, { classDraw = 'balanced', seed }: GeneratorOptions) {
  return { classes, draw: classDraw, seed };
}

/** What the file itself says of the size is believed before anything of that size is made. */
function refuseDeclared(path: string, shape: readonly (number | string)[], options: PictureLimits): void {
  const sides = shape.slice(1).filter((side): side is number => typeof side === 'number');
  refusePixels(path, elementCount(sides) / 3, options);
}

interface OpenedParts {
  readonly name: string;
  readonly sha256: string;
  readonly feeder: GeneratorFeeder;
  readonly form: OutputForm;
  readonly range: ValueRange;
  readonly batch: number;
  readonly classDraw?: ClassDraw;
}

class OnnxGenerator implements Generator {
  readonly kind = 'generator';
  readonly name: string;
  readonly identity: string;
  readonly computing: string;
  readonly count: number;
  readonly batch: number;
  readonly width: number;
  readonly height: number;
  readonly classNames?: readonly string[];
  readonly drawn: DrawnFromGenerator;
  readonly reading: PictureReading;
  readonly warnings: readonly string[] = [];
  readonly #feeder: GeneratorFeeder;
  readonly #form: OutputForm;
  readonly #range: ValueRange;

  constructor({ name, sha256, feeder, form, range, batch, classDraw = 'balanced' }: OpenedParts) {
    const { stream, inputs, count } = feeder.feed;
    this.#feeder = feeder;
    this.#form = form;
    this.#range = range;
    this.name = name;
    this.count = count;
    this.batch = batch;
    this.width = form.width;
    this.height = form.height;
    this.drawn = {
      sha256,
      latent: `${stream.distribution}:${inputs.latent.shape.join('x')}`,
      ...(inputs.classes && { classDraw }),
    };
    this.reading = { layout: form.layout, ...(form.type !== 'uint8' && { range }) };
    this.identity = JSON.stringify({
      generator: sha256,
      latent: [stream.distribution, ...inputs.latent.shape],
      seed: stream.seed,
      ...(inputs.classes && { classes: inputs.classes.classes, classDraw }),
      ...this.reading,
      batch,
      rounding: ROUNDING,
    });
    this.computing = `onnxruntime ${runtimeVersion()} ${feeder.session.device}`;
    if (inputs.classes) this.classNames = Array.from({ length: inputs.classes.classes }, (_, i) => String(i));
  }

  labelOf = (index: number): number => this.#feeder.feed.labels?.[index] ?? 0;

  async make(first: number): Promise<readonly MadePicture[]> {
    return makePictures((await this.#run(first)).data, this.#form, this.#range);
  }

  async makeUnrounded(first: number, step?: PathStep): Promise<readonly UnroundedPixels[]> {
    if (step) this.#refuseShort(step);
    const { data } = await this.#run(first, step);
    const made = makeUnrounded(data as ArrayLike<number>, this.#form, this.#range);
    return made.map((pixels, i) => {
      if (pixels) return pixels;
      throw new ImagesError(
        `${this.name} gives values that are not finite for the picture ${first + i}${step ? ' or a step away from it' : ''}: check the generator, or say another --latent.`,
      );
    });
  }

  /** A step that float16 rounds away, or changes by more than a few percent, says nothing of the path. */
  #refuseShort({ epsilon }: PathStep): void {
    if (this.#feeder.feed.inputs.latent.type !== 'float16' || epsilon >= LEAST_HALF_STEP) return;
    throw new UsageError(
      `${this.name} takes float16 latents, which round away a step of ${epsilon}: export it with float32 latents, or take a --ppl-epsilon of ${LEAST_HALF_STEP} or more.`,
    );
  }

  async #run(first: number, step?: PathStep): Promise<TensorData> {
    const made = await this.#feeder.run(first, this.batch, step);
    const wanted = shapeOf(this.#form, this.batch).join(', ');
    const given = made.shape.join(', ');
    if (given === wanted) return made;
    throw new NetworkError(
      `${this.name} gives [${given}] for the pictures from ${first} on, and gave [${wanted}] before: give a generator whose pictures all have one size.`,
    );
  }

  close(): Promise<void> {
    return this.#feeder.session.close();
  }
}

function shapeOf({ layout, channels, height, width }: OutputForm, batch: number): number[] {
  if (layout === 'nhw') return [batch, height, width];
  return layout === 'nchw' ? [batch, channels, height, width] : [batch, height, width, channels];
}
