import { z } from 'zod';
import { NetworkError } from '../../core/errors.js';
import { type HuggingFaceFacts, normalizationOf } from './facts.js';
import { findFilter, KNOWN_FILTERS } from './filters.js';

const side = z.int().positive().max(16_384);
const square = z.union([
  side,
  z.object({ height: side, width: side }),
  z.object({ shortest_edge: side, longest_edge: side.nullish() }),
]);
const perChannel = z.union([z.number(), z.tuple([z.number(), z.number(), z.number()])]);
const flag = z.boolean().nullish();

const preprocessor = z.object({
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
 * @throws {NetworkError} for what it does not say clearly, or what can't be done here
 */
export function readPreprocessor(json: unknown, file: string): HuggingFaceFacts {
  const parsed = preprocessor.safeParse(json);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw refusal(file, `is not understood at ${path.join('.') || 'its top'} (${message})`);
  }
  const config = parsed.data;
  for (const [key, what] of Object.entries(IMPOSSIBLE)) {
    if (config[key as keyof typeof IMPOSSIBLE])
      throw refusal(file, `${what} (${key}), which is not possible here`);
  }
  if ((config.num_channels ?? 3) !== 3) {
    throw refusal(file, `is for pictures of ${config.num_channels} channels, and 3 are possible`);
  }
  return { ...readSizes(config, file), ...readNormalization(config, file) };
}

function readSizes(config: Preprocessor, file: string): HuggingFaceFacts {
  const { do_resize, do_center_crop, resample } = config;
  const crop = do_center_crop ? sideOf(config.crop_size, file) : undefined;
  if (do_resize === false) return crop === undefined ? {} : { inputSize: crop };
  const filter = resample === null || resample === undefined ? undefined : findFilter(resample);
  if (filter && 'unknown' in filter) {
    throw refusal(file, `resizes by ${filter.unknown}, and ${KNOWN_FILTERS} are possible`);
  }
  const size = sideOf(config.size, file);
  const resize = filter && { resize: filter.resize };
  if (size === undefined) return { ...(crop !== undefined && { inputSize: crop }), ...resize };
  const sizes = frame(config, size, crop);
  if (sizes.resizeTo < sizes.inputSize) {
    throw refusal(file, `cuts ${sizes.inputSize} pixels out of ${sizes.resizeTo}`);
  }
  const { inputSize, resizeTo, fit } = sizes;
  return { inputSize, ...(resizeTo > inputSize && { resizeTo }), ...(fit && { fit }), ...resize };
}

/** ConvNext's way: below 384 pixels a share of the picture is kept, above all of it. */
const NO_CROP_FROM = 384;

function frame({ size, crop_pct: share }: Preprocessor, side: number, crop: number | undefined) {
  const isShortest = typeof size === 'object' && size !== null && 'shortest_edge' in size;
  if (crop !== undefined) {
    // A number alone is the shorter side of what has its middle cut out, and both sides of what has not.
    const fit = isShortest || typeof size === 'number' ? ('shorter-side' as const) : undefined;
    return { inputSize: crop, resizeTo: side, fit };
  }
  if (!isShortest) return { inputSize: side, resizeTo: side };
  if (!share) return { inputSize: side, resizeTo: side, fit: 'shorter-side' as const };
  if (side >= NO_CROP_FROM) return { inputSize: side, resizeTo: side };
  return { inputSize: side, resizeTo: Math.floor(side / share), fit: 'shorter-side' as const };
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
  const { do_rescale, do_normalize, image_mean, image_std } = config;
  const rescale = do_rescale === false ? 1 : (config.rescale_factor ?? 1 / 255);
  if (do_normalize === false) return { normalize: { scale: rescale, offset: 0 } };
  if (image_mean === null || image_mean === undefined || image_std === null || image_std === undefined) {
    return {};
  }
  const normalize = normalizationOf(rescale, [image_mean].flat(), [image_std].flat());
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
