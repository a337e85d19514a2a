import { z } from 'zod';
import { UsageError } from '../core/errors.js';
import { type ResolvedOptions, resolveOptions, scoreOptionsSchema } from '../evaluate/options.js';

/** Metrics that have a curve over resolutions, in the order in which a report shows them. */
export const ABLATION_METRIC_IDS = ['accuracy', 'is', 'fid'] as const;

export type AblationMetric = (typeof ABLATION_METRIC_IDS)[number];

/** Options of an ablation: those of a score, without what concerns other metrics. */
export const ablateOptionsSchema = scoreOptionsSchema
  .omit({ kidSubsets: true, kidSubsetSize: true, msssimPairs: true })
  .extend({
    metrics: z
      .array(z.enum(ABLATION_METRIC_IDS))
      .nonempty()
      .optional()
      .describe('Metrics to compute at each resolution [default: all that the input allows]'),
    resolutions: z
      .array(z.int().min(1))
      .optional()
      .describe(
        'Sides in pixels to which pictures are reduced; their own size is always there [default: powers of two from 8 up]',
      ),
  });

/** Options of an ablation as a caller writes them: everything may be left out. */
export type AblateOptions = z.input<typeof ablateOptionsSchema>;

export interface ResolvedAblateOptions extends Omit<ResolvedOptions, 'metrics'> {
  readonly metrics: AblationMetric[];
}

/** Fills in the defaults; throws UsageError naming the first option that is wrong. */
export function resolveAblateOptions(options: AblateOptions): ResolvedAblateOptions {
  const parsed = ablateOptionsSchema.safeParse(options);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UsageError(`Option ${issue.path.join('.') || '(unknown)'} is wrong: ${issue.message}.`);
  }
  const { metrics: asked } = parsed.data;
  const metrics = ABLATION_METRIC_IDS.filter((id) => !asked || asked.includes(id));
  return { ...resolveOptions({ ...parsed.data, metrics: undefined }), metrics };
}

/** From this many pixels a side down nothing is told apart in most pictures. */
const LEAST_RESOLUTION = 8;

/**
 * The resolutions of an ablation, ascending: those asked for, or the powers of two up to the largest pictures; and the
 * size of each set's pictures.
 *
 * @param sides longest side in pixels of each set's largest pictures
 */
export function listResolutions(asked: readonly number[] | undefined, sides: readonly number[]): number[] {
  const largest = Math.max(...sides);
  const unique = new Set([...(asked ?? powersOfTwo(largest)), ...sides]);
  return [...unique].sort((a, b) => a - b);
}

function powersOfTwo(largest: number): number[] {
  // Pictures that are small themselves have two steps at least.
  const least = Math.min(LEAST_RESOLUTION, largest / 4);
  const powers: number[] = [];
  for (let side = 1; side <= largest; side *= 2) if (side >= least) powers.push(side);
  return powers;
}
