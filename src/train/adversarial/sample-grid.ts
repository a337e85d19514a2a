import { encodePng } from '../../images/write-png.js';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import { rngFor } from '../loop/rng-for.js';
import { type ConditionPool, drawConditions } from './conditions/condition-pool.js';
import { drawPixels } from './draw-samples.js';
import { RNG_STREAMS } from './rng-streams.js';
import type { Latents, PictureForm, Trainer } from './trainer.js';

const ROWS = 10;
const MAX_COLUMNS = 10;

/** Latents that stay the same through a run, drawn as a table of pictures. */
export interface SampleGrid {
  readonly columns: number;
  readonly latents: Latents;
}

/**
 * Chooses the latents: a hundred; or, where the generator takes classes, ten, one a row, with one class a column (at most ten, spread over
 * all classes) and conditions of the pool, if there are any. Along a row the class changes and z stays; down a column z changes and the class stays.
 */
export function layOutGrid(
  trainer: Trainer,
  { classNames }: PictureForm,
  seed: number,
  pool?: ConditionPool,
): SampleGrid {
  const rng = new Xoshiro(rngFor(seed, RNG_STREAMS.grid).uint32());
  if (!trainer.conditional && !pool) {
    return { columns: MAX_COLUMNS, latents: { z: trainer.drawLatents(ROWS * MAX_COLUMNS, rng) } };
  }
  const columns = trainer.conditional ? Math.min(MAX_COLUMNS, classNames.length) : MAX_COLUMNS;
  const own = trainer.drawLatents(ROWS, rng);
  const width = trainer.latentWidth;
  const z = new Float32Array(ROWS * columns * width);
  const classes = new Int32Array(ROWS * columns);
  for (let i = 0; i < ROWS * columns; i++) {
    const row = Math.floor(i / columns);
    z.set(own.subarray(row * width, (row + 1) * width), i * width);
    classes[i] = Math.floor(((i % columns) * classNames.length) / columns);
  }
  if (!pool) return { columns, latents: { z, classes } };
  const count = columns;
  const ofColumns = drawConditions(pool, {
    seed,
    chunk: 0,
    first: 0,
    count,
    classes: classes.slice(0, count),
  });
  const conditions = new Float32Array(ROWS * ofColumns.length);
  for (let row = 0; row < ROWS; row++) conditions.set(ofColumns, row * ofColumns.length);
  return { columns, latents: { z, ...(trainer.conditional && { classes }), conditions } };
}

/** What rows and columns are, for a person. */
export function describeGrid(conditional: boolean, hasConditions = false): string {
  if (hasConditions) return 'the conditions of one picture a column, one latent a row';
  return conditional ? 'one class a column, one latent a row' : 'one latent a picture';
}

/** The grid's pictures side by side, as PNG. */
export async function drawGrid(
  trainer: Trainer,
  { columns, latents }: SampleGrid,
  form: PictureForm,
): Promise<Buffer> {
  return encodePictureTable(await drawPixels(trainer, latents), columns, form);
}

/**
 * Pictures side by side, row by row, as PNG.
 *
 * @param pixels uint8 [n, size, size, channels]; whole rows of `columns` pictures
 */
export async function encodePictureTable(
  pixels: Uint8Array,
  columns: number,
  { size, channels }: Pick<PictureForm, 'size' | 'channels'>,
): Promise<Buffer> {
  const line = size * channels;
  const count = pixels.length / (size * line);
  const table = new Uint8Array(pixels.length);
  for (let i = 0; i < count; i++) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    for (let y = 0; y < size; y++) {
      const from = (i * size + y) * line;
      table.set(pixels.subarray(from, from + line), ((row * size + y) * columns + column) * line);
    }
  }
  return encodePng({
    width: columns * size,
    height: (count / columns) * size,
    channels,
    pixels: table,
  });
}
