import { z } from 'zod';
import { NetworkError } from '../../core/errors.js';
import { NORMALIZATIONS } from '../preprocessing/normalizations.js';
import { type HuggingFaceFacts, normalizationOf } from './facts.js';
import { findFilter, KNOWN_FILTERS } from './filters.js';

/** The file in which open_clip says how a network is fed. */
export const OPEN_CLIP_CONFIG = 'open_clip_config.json';

const side = z.int().positive().max(16_384);
const sides = z.union([side, z.tuple([side, side])]);
const triple = z.tuple([z.number(), z.number(), z.number()]);

const config = z.object({
  model_cfg: z.object({ vision_cfg: z.object({ image_size: sides.nullish() }).nullish() }).nullish(),
  preprocess_cfg: z
    .object({
      size: sides.nullish(),
      mode: z.string().nullish(),
      mean: triple.nullish(),
      std: triple.nullish(),
      interpolation: z.string().nullish(),
      resize_mode: z.string().nullish(),
    })
    .nullish(),
});

/**
 * How open_clip feeds a network when it evaluates (`image_transform` of open_clip 2 and 3): where the file says nothing, bicubic, the shorter
 * side resized and the middle cut out, and OpenAI's mean and deviation.
 *
 * @throws {NetworkError} for what can't be done here
 */
export function readOpenClip(json: unknown, file: string): HuggingFaceFacts {
  const refuse = (what: string) =>
    new NetworkError(`${file} ${what}: write a card for the network beside it.`);
  const parsed = config.safeParse(json);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw refuse(`is not understood at ${path.join('.')} (${message})`);
  }
  const { model_cfg, preprocess_cfg } = parsed.data;
  const { size: said, mode, mean, std, interpolation, resize_mode } = preprocess_cfg ?? {};
  const size = said ?? model_cfg?.vision_cfg?.image_size ?? undefined;
  const [height, width] = typeof size === 'number' ? [size, size] : (size ?? []);
  if (height !== width) throw refuse(`takes ${height} × ${width} pixels, and squares alone are possible`);
  if (mode && mode !== 'RGB')
    throw refuse(`is for pictures in mode ${JSON.stringify(mode)}, and RGB is possible`);
  const filter = findFilter(interpolation ?? 'bicubic');
  if ('unknown' in filter) throw refuse(`resizes by ${filter.unknown}, and ${KNOWN_FILTERS} are possible`);
  const resizing = resize_mode ?? 'shortest';
  if (resizing !== 'shortest' && resizing !== 'squash') {
    throw refuse(`has the resize_mode ${JSON.stringify(resizing)}, and shortest and squash are possible`);
  }
  const usual = NORMALIZATIONS.clip;
  const normalize =
    mean || std ? normalizationOf(1 / 255, mean ?? OPENAI_MEAN, std ?? OPENAI_DEVIATION) : usual;
  if (!normalize) throw refuse('has a deviation of 0 or too large a mean in preprocess_cfg');
  return {
    ...(height !== undefined && { inputSize: height }),
    ...(resizing === 'shortest' && { fit: 'shorter-side', middle: 'half-even' }),
    resize: filter.resize,
    normalize,
  };
}

const OPENAI_MEAN = [0.48145466, 0.4578275, 0.40821073];
const OPENAI_DEVIATION = [0.26862954, 0.26130258, 0.27577711];
