import { engine, getBackend } from '@tensorflow/tfjs-core';
import { ImagesError } from '../core/errors.js';
import { drawClasses } from '../generators/draw-classes.js';
import type { DrawOptions, Generator, MadePicture } from '../generators/generator.js';
import { interpolateLatents } from '../generators/interpolate-latents.js';
import { refuseBatch, refusePixels } from '../generators/picture-limits.js';
import { writeRgb } from '../images/decoding/rgb.js';
import type { DrawnFromGenerator, PathStep, UnroundedPixels } from '../images/latent-paths.js';
import { runtimeVersion } from '../onnx/runtime.js';
import {
  drawValues,
  latentsOf,
  planOfAll,
  SAMPLES_AT_ONCE,
  type SamplePlan,
  toBytes,
} from './adversarial/draw-samples.js';
import { type OpenGenerator, openGenerator, readRunCheckpoint } from './adversarial/open-generator.js';
import { RNG_STREAMS } from './adversarial/rng-streams.js';
import type { Latents, PictureForm } from './adversarial/trainer.js';
import { chooseBackend } from './backend/choose-backend.js';
import { tfjsVersion } from './backend/tfjs-version.js';
import { findFamily } from './families.js';

/** Changes when the same weights and seed give other pictures. */
const DRAWING_VERSION = 1;

let lastOpening: Promise<unknown> = Promise.resolve();

/**
 * Opens the generator of a run, on ONNX Runtime. Its picture i is the one that `sample` writes with that backend and the same seed, byte for byte.
 *
 * @param run the folder of a run of `trainGan`, or its checkpoint
 * @throws {UsageError} if there is no checkpoint
 * @throws {NetworkError} if the checkpoint is damaged, or of networks that this version does not make
 * @throws {ImagesError} for pictures that are larger than allowed
 */
export function openTrainedGenerator(run: string, options: TrainedDrawOptions): Promise<Generator> {
  // One after the other: each must see whether tfjs is in use.
  const opening = lastOpening.then(() => open(run, options));
  lastOpening = opening.catch(() => {});
  return opening;
}

/** How pictures are drawn from a run. */
export interface TrainedDrawOptions extends DrawOptions {
  /** Class index of each picture. @default as `classDraw` says */
  readonly classes?: Int32Array;
}

async function open(run: string, options: TrainedDrawOptions): Promise<Generator> {
  const { device = 'auto', threads, count, seed, classDraw = 'balanced' } = options;
  const checkpoint = await readRunCheckpoint(run);
  // A new backend would lose the variables of whoever uses tfjs here: then theirs computes.
  if (Object.keys(engine().registeredVariables).length === 0)
    await chooseBackend('onnx', { device, threads });
  const opened = await openGenerator(run, checkpoint, findFamily, (form) => refuseLarge(run, form, options));
  const { trainer, form } = opened;
  const plan = { ...planOfAll(form, seed, opened.pool) };
  if (options.classes) plan.classes = options.classes;
  else if (trainer.conditional && classDraw === 'random')
    plan.classes = drawClasses(count, { classes: form.classNames.length, draw: classDraw, seed });
  const drawn = { sha256: checkpoint.sha256, ...(trainer.conditional && { classDraw }) };
  const computedOn = device === 'auto' ? 'cpu' : device;
  const computing = `tfjs ${tfjsVersion()} ${getBackend()} onnxruntime ${runtimeVersion()} ${computedOn}`;
  return new TrainedGenerator(opened, { name: run, plan, count, drawn, computing });
}

function refuseLarge(run: string, { size, channels }: PictureForm, options: DrawOptions): void {
  refusePixels(run, size ** 2, options);
  const perPixel = channels * Float32Array.BYTES_PER_ELEMENT + 3;
  refuseBatch(run, SAMPLES_AT_ONCE, size ** 2 * perPixel, options);
}

interface Drawing {
  readonly name: string;
  readonly plan: SamplePlan;
  readonly count: number;
  readonly drawn: DrawnFromGenerator;
  readonly computing: string;
}

class TrainedGenerator implements Generator {
  readonly kind = 'training-run';
  readonly name: string;
  readonly identity: string;
  readonly computing: string;
  readonly count: number;
  readonly batch = SAMPLES_AT_ONCE;
  readonly width: number;
  readonly height: number;
  readonly classNames?: readonly string[];
  readonly drawn: DrawnFromGenerator;
  readonly warnings: readonly string[] = [];
  readonly #opened: OpenGenerator;
  readonly #plan: SamplePlan;
  #lastDrawing: Promise<unknown> = Promise.resolve();

  constructor(opened: OpenGenerator, { name, plan, count, drawn, computing }: Drawing) {
    const { trainer, form } = opened;
    this.#opened = opened;
    this.#plan = plan;
    this.name = name;
    this.count = count;
    this.width = form.size;
    this.height = form.size;
    this.drawn = drawn;
    this.computing = computing;
    this.identity = JSON.stringify({ run: drawn, seed: plan.seed, drawing: DRAWING_VERSION });
    if (trainer.conditional) this.classNames = form.classNames;
  }

  labelOf = (index: number): number => {
    const { classes } = this.#plan;
    return this.classNames ? classes[index % classes.length] : 0;
  };

  async make(first: number): Promise<readonly MadePicture[]> {
    const { size, channels } = this.#opened.form;
    return this.#split(await this.#draw(this.#latents(first))).map((values) => {
      if (!values.every(Number.isFinite)) return { ok: false, reason: 'holds values that are not finite' };
      const pixels = new Uint8Array(size * size * 3);
      writeRgb(toBytes(values), channels, 'drop', pixels);
      return {
        ok: true,
        width: size,
        height: size,
        pixels,
        changes: channels === 1 ? ['gray-expanded'] : [],
      };
    });
  }

  async makeUnrounded(first: number, step?: PathStep): Promise<readonly UnroundedPixels[]> {
    const { channels } = this.#opened.form;
    return this.#split(await this.#draw(this.#latents(first, step))).map((values, i) => {
      if (!values.every(Number.isFinite)) {
        throw new ImagesError(
          `${this.name} gives values that are not finite for the picture ${first + i}${step ? ' or a step away from it' : ''}: its training has diverged, so name another run.`,
        );
      }
      if (channels === 3) return values;
      return Float32Array.from({ length: 3 * values.length }, (_, at) => values[Math.floor(at / 3)]);
    });
  }

  async close(): Promise<void> {
    await this.#lastDrawing;
    this.#opened.trainer.dispose();
  }

  /** A step goes towards latents of a random stream of their own. */
  #latents(first: number, step?: PathStep): Latents {
    const { trainer } = this.#opened;
    const chunk = first / SAMPLES_AT_ONCE;
    const own = latentsOf(trainer, this.#plan, chunk);
    if (!step) return own;
    const { z } = latentsOf(trainer, this.#plan, chunk, RNG_STREAMS.paths);
    return { ...own, z: interpolateLatents(own.z, z, trainer.latentWidth, step) };
  }

  /** tfjs computes one batch at a time. */
  #draw(latents: Latents): Promise<Float32Array> {
    const drawing = this.#lastDrawing.then(() => drawValues(this.#opened.trainer, latents));
    this.#lastDrawing = drawing.catch(() => {});
    return drawing;
  }

  #split(values: Float32Array): Float32Array[] {
    const { size, channels } = this.#opened.form;
    const length = size * size * channels;
    return Array.from({ length: values.length / length }, (_, i) =>
      values.slice(i * length, (i + 1) * length),
    );
  }
}
