import { z } from 'zod';
import { NetworkError } from '../../core/errors.js';
import { type HuggingFaceFacts, normalizationOf } from './facts.js';
import { findFilter, KNOWN_FILTERS } from './filters.js';
import {
  findProcessor,
  findProcessorOfModel,
  HARMLESS_KEYS,
  type ImageProcessor,
  KNOWN_PROCESSORS,
  NO_CLASS,
} from './image-processors.js';

const side = z.int().positive().max(16_384);
const square = z.union([
  side,
  z.object({ height: side, width: side }),
  z.object({ shortest_edge: side, longest_edge: side.nullish() }),
]);
const perChannel = z.union([z.number(), z.tuple([z.number(), z.number(), z.number()])]);
const flag = z.boolean().nullish();

const preprocessor = z.object({
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(),
  do_resize: flag,
  size: square.nullish(),
  resample: z.int().nullish(),
  do_center_crop: flag,
  crop_size: square.nullish(),
  crop_pct: z.number().positive().nullish(),
  do_rescale: flag,
  rescale_factor: z.number().positive().nullish(),
  do_normalize: flag,
  image_mean: perChannel.nullish(),
  image_std: perChannel.nullish(),
  num_channels: z.int().nullish(),
  include_top: flag,
  do_pad: flag,
  do_thumbnail: flag,
  do_align_long_axis: flag,
  do_flip_channel_order: flag,
  do_image_splitting: flag,
  do_pan_and_scan: flag,
  crop_to_patches: flag,
  rescale_offset: flag,
  max_image_tiles: z.int().nullish(),
});

type Preprocessor = z.infer<typeof preprocessor>;

/** What is not possible here, by the key that asks for it. */
const IMPOSSIBLE = {
  do_pad: 'pads pictures',
  do_thumbnail: 'makes thumbnails',
  do_align_long_axis: 'turns pictures',
  do_flip_channel_order: 'exchanges red and blue',
  do_image_splitting: 'takes pictures apart into tiles',
  do_pan_and_scan: 'takes pictures apart into tiles',
  crop_to_patches: 'takes pictures apart into tiles',
  max_image_tiles: 'takes pictures apart into tiles',
  rescale_offset: 'subtracts 1 from rescaled pictures',
} satisfies Partial<Record<keyof Preprocessor, string>>;

/**
 * How transformers feeds a network by its `preprocessor_config.json`.
 *
 * @param json content of the file
 * @param file what errors call it
 * @param modelType of the config.json beside it, by which transformers finds the image processor if the file names none
 * @throws {NetworkError} for what it does not say clearly, or what can't be done here
 */
export function readPreprocessor(json: unknown, file: string, modelType?: unknown): HuggingFaceFacts {
  const parsed = preprocessor.safeParse(json);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw refusal(file, `is not understood at ${path.join('.') || 'its top'} (${message})`);
  }
  const said = parsed.data;
  for (const [key, what] of Object.entries(IMPOSSIBLE)) {
    if (said[key as keyof typeof IMPOSSIBLE])
      throw refusal(file, `${what} (${key}), which is not possible here`);
  }
  if ((said.num_channels ?? 3) !== 3) {
    throw refusal(file, `is for pictures of ${said.num_channels} channels, and 3 are possible`);
  }
  const processor = processorOf(said, file, modelType);
  refuseUnknown(json as Record<string, unknown>, processor, file);
  const config = { ...processor.defaults, ...said };
  const normalization = readNormalization(config, file);
  return { ...readSizes(config, processor, file), ...normalization };
}

function processorOf(said: Preprocessor, file: string, modelType: unknown): ImageProcessor {
  const className = said.image_processor_type ?? said.feature_extractor_type;
  if (!className) return findProcessorOfModel(modelType) ?? NO_CLASS;
  const processor = findProcessor(className);
  if (processor) return processor;
  throw refusal(
    file,
    `is for ${JSON.stringify(className.slice(0, 80))}, and the image processors of ${KNOWN_PROCESSORS} are known here`,
  );
}

/** A key that is not known may change every number, unless it is off. */
function refuseUnknown(said: Record<string, unknown>, { defaults }: ImageProcessor, file: string): void {
  for (const [key, value] of Object.entries(said)) {
    if (value === null && Object.hasOwn(defaults, key)) {
      throw refusal(file, `leaves ${key} to be null, which its image processor can't do without`);
    }
    if (value === null || value === false || HARMLESS_KEYS.has(key)) continue;
    if (!Object.hasOwn(preprocessor.shape, key)) {
      throw refusal(file, `says ${JSON.stringify(key.slice(0, 80))}, which is not known here`);
    }
  }
}

function readSizes(config: Preprocessor, processor: ImageProcessor, file: string): HuggingFaceFacts {
  const { do_resize, do_center_crop, resample } = config;
  const crop = do_center_crop ? sideOf(config.crop_size, file) : undefined;
  if (do_resize === false) {
    throw refusal(
      file,
      'feeds pictures in their own size (do_resize is false), and one size alone is possible',
    );
  }
  const filter = resample === null || resample === undefined ? undefined : findFilter(resample);
  if (filter && 'unknown' in filter) {
    throw refusal(file, `resizes by ${filter.unknown}, and ${KNOWN_FILTERS} are possible`);
  }
  if (processor === NO_CLASS) refuseAmbiguous(config, file);
  const size = sideOf(config.size, file);
  const resize = filter && { resize: filter.resize };
  if (size === undefined) return { ...(crop !== undefined && { inputSize: crop }), ...resize };
  const { inputSize, resizeTo, fit } = frame({ config, side: size, crop, file }, processor);
  if (resizeTo < inputSize) throw refusal(file, `cuts ${inputSize} pixels out of ${resizeTo}`);
  return { inputSize, ...(resizeTo > inputSize && { resizeTo }), ...(fit && { fit }), ...resize };
}

/** What classes understand in different ways. */
function refuseAmbiguous({ size, crop_pct, do_center_crop }: Preprocessor, file: string): void {
  const isOpen = crop_pct || (typeof size === 'number' && do_center_crop);
  if (!isOpen) return;
  throw refusal(
    file,
    `names no image_processor_type, without which its ${crop_pct ? 'crop_pct' : 'size'} may mean several things`,
  );
}

interface Sizes {
  readonly config: Preprocessor;
  /** Of `size`. */
  readonly side: number;
  /** Of the middle that is cut out. */
  readonly crop: number | undefined;
  readonly file: string;
}

/** ConvNext's way: below 384 pixels a share of the picture is kept, above all of it. */
const NO_CROP_FROM = 384;

function frame({ config, side, crop, file }: Sizes, { rule, isNumberSquare }: ImageProcessor) {
  const { size, crop_pct, do_center_crop } = config;
  const isShorter = typeof size === 'number' ? !isNumberSquare : !!size && 'shortest_edge' in size;
  const share = crop_pct ?? 1;
  const shorter = (resizeTo: number, inputSize = crop ?? resizeTo) =>
    ({ inputSize, resizeTo, fit: 'shorter-side' }) as const;
  const stretched = { inputSize: crop ?? side, resizeTo: side, fit: undefined };
  switch (rule) {
    case 'convnext':
      if (!isShorter) throw refusal(file, 'says both sides of its size, where its image processor takes one');
      if (crop !== undefined) throw refusal(file, 'cuts out the middle twice, which is not possible here');
      return side < NO_CROP_FROM ? shorter(Math.floor(side / share), side) : stretched;
    case 'levit':
      return isShorter ? shorter(Math.floor((256 / 224) * side)) : stretched;
    case 'poolformer':
      return shorter(Math.floor(side / share));
    default:
      if (isShorter && crop === undefined && do_center_crop === false) {
        throw refusal(
          file,
          'keeps all of a picture whose shorter side it resizes, and squares alone are possible',
        );
      }
      return isShorter ? shorter(side) : stretched;
  }
}

function sideOf(size: z.infer<typeof square> | null | undefined, file: string): number | undefined {
  if (size === null || size === undefined || typeof size === 'number') return size ?? undefined;
  if ('shortest_edge' in size) {
    if (size.longest_edge)
      throw refusal(file, 'bounds the longer side of pictures, which is not possible here');
    return size.shortest_edge;
  }
  if (size.height === size.width) return size.height;
  throw new NetworkError(
    `${file} resizes to ${size.height} × ${size.width} pixels, and squares alone are possible: give another network.`,
  );
}

function readNormalization(config: Preprocessor, file: string): HuggingFaceFacts {
  const { do_rescale, do_normalize, image_mean, image_std, include_top } = config;
  const rescale = do_rescale === false ? 1 : (config.rescale_factor ?? 1 / 255);
  const isOff = do_normalize === false;
  if (isOff && !include_top) return { normalize: { scale: rescale, offset: 0 } };
  if (image_mean === null || image_mean === undefined || image_std === null || image_std === undefined) {
    return {};
  }
  const mean = isOff ? [0] : [image_mean].flat();
  const deviation = [image_std].flat().map((each) => (include_top && !isOff ? each * each : each));
  const normalize = normalizationOf(rescale, mean, deviation);
  if (!normalize) {
    const what = [image_std].flat().includes(0)
      ? 'a deviation of 0 in image_std'
      : 'a mean, deviation or rescale_factor that is too large';
    throw new NetworkError(`${file} has ${what}: correct it.`);
  }
  return { normalize };
}

function refusal(file: string, what: string): NetworkError {
  return new NetworkError(`${file} ${what}: write a card for the network beside it.`);
}
