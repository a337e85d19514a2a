import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { NetworkError } from '../core/errors.js';
import { describeJsonFault, parseJson } from '../core/parse-json.js';
import { readDocument, whyUnread } from '../storage/read-whole.js';
import type { Normalization, ResizeMethod } from './cards/card.js';

/** What files of Hugging Face beside a network say of it. */
export interface HuggingFaceFacts {
  /** Side of the network's input in pixels. */
  readonly inputSize?: number;
  /** Side that pictures are resized to before the middle of them is cut out; undefined if that is the input's. */
  readonly resizeTo?: number;
  readonly resize?: ResizeMethod;
  readonly normalize?: Normalization;
  /** One name per column of the logits. */
  readonly classes?: readonly string[];
}

/** Pillow's numbers of the filters that are known here. */
const FILTERS: Readonly<Record<number, ResizeMethod>> = { 2: 'bilinear', 3: 'pil-bicubic' };
const FILTER_NAMES: Readonly<Record<number, string>> = { 0: 'nearest', 1: 'Lanczos', 4: 'box', 5: 'Hamming' };

const side = z.int().positive().max(16_384);
const square = z.union([side, z.object({ height: side, width: side }), z.object({ shortest_edge: side })]);
const perChannel = z.union([z.number(), z.tuple([z.number(), z.number(), z.number()])]);

const preprocessor = z.object({
  do_resize: z.boolean().nullish(),
  size: square.nullish(),
  resample: z.int().nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_size: square.nullish(),
  crop_pct: z.number().positive().nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().positive().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: perChannel.nullish(),
  image_std: perChannel.nullish(),
});

type Preprocessor = z.infer<typeof preprocessor>;

const labels = z.object({ id2label: z.record(z.string().regex(/^\d{1,6}$/), z.string().min(1)) });

/**
 * Reads `preprocessor_config.json` and the class names of `config.json` beside a network, or above it where the network is in a folder
 * `onnx`, as on the Hugging Face Hub.
 *
 * @param path of the .onnx file
 * @returns what they say; nothing of a file that is not there
 * @throws {NetworkError} for a file that can't be read or says what can't be done here
 */
export async function readHuggingFaceFacts(path: string): Promise<HuggingFaceFacts> {
  const folder = dirname(path);
  for (const place of basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder]) {
    const file = join(place, 'preprocessor_config.json');
    const config = await readJson(file);
    const classes = await readClasses(join(place, 'config.json'));
    if (config === undefined && classes === undefined) continue;
    return { ...(config !== undefined && readPreprocessor(config, file)), ...(classes && { classes }) };
  }
  return {};
}

function readPreprocessor(json: unknown, file: string): HuggingFaceFacts {
  const parsed = preprocessor.safeParse(json);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw new NetworkError(
      `${file} is not understood at ${path.join('.') || 'its top'} (${message}): write a card for the network beside it.`,
    );
  }
  return { ...readSizes(parsed.data, file), ...readNormalization(parsed.data, file) };
}

function readSizes(config: Preprocessor, file: string): HuggingFaceFacts {
  const { do_resize, do_center_crop, resample, crop_pct } = config;
  const size = sideOf(config.size, file);
  const crop = do_center_crop ? sideOf(config.crop_size, file) : undefined;
  const resize = resample === null || resample === undefined ? undefined : FILTERS[resample];
  if (do_resize === false) return crop === undefined ? {} : { inputSize: crop };
  if (resample !== null && resample !== undefined && resize === undefined) {
    throw new NetworkError(
      `${file} resizes by ${FILTER_NAMES[resample] ?? `the filter ${resample}`}, which is not known here: write a card for the network with a resize of ganeval's beside it.`,
    );
  }
  if (size === undefined)
    return { ...(crop !== undefined && { inputSize: crop }), ...(resize && { resize }) };
  const sizes =
    crop === undefined ? cropByShare(config, size, crop_pct) : { inputSize: crop, resizeTo: size };
  if (sizes.resizeTo < sizes.inputSize) {
    throw new NetworkError(
      `${file} cuts ${sizes.inputSize} pixels out of ${sizes.resizeTo}: write a card for the network beside it.`,
    );
  }
  const { inputSize, resizeTo } = sizes;
  return { inputSize, ...(resizeTo > inputSize && { resizeTo }), ...(resize && { resize }) };
}

/** ConvNext's way: below 384 pixels a share of the picture is kept, above all of it. */
const NO_CROP_FROM = 384;

function cropByShare({ size }: Preprocessor, inputSize: number, share: number | null | undefined) {
  const cuts = typeof size === 'object' && size && 'shortest_edge' in size && inputSize < NO_CROP_FROM;
  return { inputSize, resizeTo: cuts && share ? Math.floor(inputSize / share) : inputSize };
}

function sideOf(size: z.infer<typeof square> | null | undefined, file: string): number | undefined {
  if (size === null || size === undefined || typeof size === 'number') return size ?? undefined;
  if ('shortest_edge' in size) return size.shortest_edge;
  if (size.height === size.width) return size.height;
  throw new NetworkError(
    `${file} resizes to ${size.height} × ${size.width} pixels, and squares alone are possible: give another network.`,
  );
}

function readNormalization(config: Preprocessor, file: string): HuggingFaceFacts {
  const { do_rescale, do_normalize, image_mean, image_std } = config;
  const rescale = do_rescale === false ? 1 : (config.rescale_factor ?? 1 / 255);
  if (do_normalize === false) return { normalize: { scale: rescale, offset: 0 } };
  if (image_mean === null || image_mean === undefined || image_std === null || image_std === undefined)
    return {};
  const [mean, deviation] = [image_mean, image_std].map((numbers) => [numbers].flat());
  const scale = [0, 1, 2].map((i) => rescale / (deviation[i] ?? deviation[0]));
  const offset = [0, 1, 2].map((i) => -(mean[i] ?? mean[0]) / (deviation[i] ?? deviation[0]));
  if (![...scale, ...offset].every(Number.isFinite)) {
    throw new NetworkError(`${file} has a deviation of 0 in image_std: correct it.`);
  }
  return { normalize: { scale: asTriple(scale), offset: asTriple(offset.map((each) => each + 0)) } };
}

function asTriple([red, green, blue]: number[]): [number, number, number] {
  return [red, green, blue];
}

/** Names that transformers makes up where a model has none. */
const PLACEHOLDER = /^LABEL_\d+$/;

async function readClasses(file: string): Promise<string[] | undefined> {
  const parsed = labels.safeParse(await readJson(file));
  if (!parsed.success) return undefined;
  const names = parsed.data.id2label;
  const count = Object.keys(names).length;
  const classes = Array.from({ length: count }, (_, i) => names[String(i)]);
  return classes.every((name) => name !== undefined && !PLACEHOLDER.test(name)) ? classes : undefined;
}

/** Far above any configuration of a network, class names included. */
const MAX_BYTES = 2 ** 23;

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readDocument(file, MAX_BYTES);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new NetworkError(`${file} cannot be read (${whyUnread(error)}): check the file.`);
  }
  try {
    return parseJson(text);
  } catch (error) {
    throw new NetworkError(`${file} ${describeJsonFault(error)}: correct it.`);
  }
}
