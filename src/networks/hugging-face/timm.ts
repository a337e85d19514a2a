import { z } from 'zod';
import { NetworkError } from '../../core/errors.js';
import { type HuggingFaceFacts, normalizationOf } from './facts.js';
import { findFilter, KNOWN_FILTERS } from './filters.js';

const side = z.int().positive().max(16_384);
const triple = z.tuple([z.number(), z.number(), z.number()]);

const pretrained = z.object({
  input_size: z.tuple([z.int(), side, side]),
  mean: triple,
  std: triple,
  interpolation: z.string(),
  crop_pct: z.number().positive().max(1),
  crop_mode: z.enum(['center', 'squash', 'border']).nullish(),
});

/** Whether a `config.json` is timm's. */
export function isTimm(config: unknown): config is { readonly pretrained_cfg: unknown } {
  return typeof config === 'object' && config !== null && 'pretrained_cfg' in config;
}

/**
 * How timm feeds a network when it evaluates.
 *
 * @throws {NetworkError} for what can't be done here
 */
export function readTimm(config: { readonly pretrained_cfg: unknown }, file: string): HuggingFaceFacts {
  const refuse = (what: string) =>
    new NetworkError(`${file} ${what}: write a card for the network beside it.`);
  const parsed = pretrained.safeParse(config.pretrained_cfg);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw refuse(`is not understood at ${['pretrained_cfg', ...path].join('.')} (${message})`);
  }
  const { input_size, mean, std, interpolation, crop_pct, crop_mode } = parsed.data;
  const [channels, height, width] = input_size;
  if (channels !== 3) throw refuse(`is for pictures of ${channels} channels, and 3 are possible`);
  if (height !== width) throw refuse(`takes ${height} × ${width} pixels, and squares alone are possible`);
  if (crop_mode === 'border') throw refuse('fills borders around pictures, which is not possible here');
  const filter = findFilter(interpolation);
  if ('unknown' in filter) throw refuse(`resizes by ${filter.unknown}, and ${KNOWN_FILTERS} are possible`);
  const normalize = normalizationOf(1 / 255, mean, std);
  if (!normalize) throw refuse('has a deviation of 0 or too large a mean in pretrained_cfg');
  const resizeTo = Math.floor(height / crop_pct);
  return {
    inputSize: height,
    ...(resizeTo > height && { resizeTo }),
    ...(crop_mode !== 'squash' && { fit: 'shorter-side' }),
    middle: 'half-even',
    resize: filter.resize,
    normalize,
  };
}
