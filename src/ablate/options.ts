import { z } from 'zod';
import { UsageError } from '../core/errors.js';
import { metricIdSchema } from '../evaluate/metric-schemas.js';
import { type ResolvedOptions, resolveOptions, scoreOptionsSchema } from '../evaluate/options.js';
import { readsClassifier } from '../metrics/facts.js';
import { listMetrics } from '../metrics/registry.js';

/**
 * Lists the metrics that have a curve over resolutions.
 *
 * @returns their ids, in the order in which a report shows them: those of the classifier first
 */
export function listAblationMetricIds(): string[] {
  const metrics = listMetrics().filter(({ overResolutions }) => overResolutions);
  const ofClassifier = metrics.filter(readsClassifier);
  return [...ofClassifier, ...metrics.filter((metric) => !ofClassifier.includes(metric))].map(({ id }) => id);
}

/** Options of an ablation: those of a score, without what concerns other metrics. */
export const ablateOptionsSchema = scoreOptionsSchema
  .omit({
    features: true,
    kidSubsets: true,
    kidSubsetSize: true,
    kidKernel: true,
    kidRbfSigma: true,
    swdDirections: true,
    fdrDivisors: true,
    validation: true,
    validationSplit: true,
    validationLimit: true,
    msssimPairs: true,
    pplEpsilon: true,
    pplInterpolation: true,
    pplResize: true,
  })
  .extend({
    model: z
      .string({ error: 'an ablation reads one network of --model, so name one' })
      .default('auto')
      .describe('Network for features and the Inception Score: a name, an .onnx file, or auto'),
    metrics: z
      .array(metricIdSchema(listAblationMetricIds))
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

/** Options with every default filled in. */
export interface ResolvedAblateOptions extends Omit<ResolvedOptions, 'metrics'> {
  readonly metrics: string[];
}

/**
 * Fills in the defaults.
 *
 * @throws {UsageError} naming the first option that is wrong
 */
export function resolveAblateOptions(options: AblateOptions): ResolvedAblateOptions {
  const parsed = ablateOptionsSchema.safeParse(options);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    if (issue.code === 'unrecognized_keys') throw new UsageError(`There is no option ${issue.keys[0]}.`);
    throw new UsageError(`Option ${issue.path.join('.') || '(unknown)'} is wrong: ${issue.message}.`);
  }
  const { metrics: asked } = parsed.data;
  const metrics = listAblationMetricIds().filter((id) => !asked || asked.includes(id));
  return { ...resolveOptions({ ...parsed.data, metrics: undefined }), metrics };
}

/** At fewer pixels a side, most pictures can't be told from each other. */
const MIN_RESOLUTION = 8;

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
  const least = Math.min(MIN_RESOLUTION, largest / 4);
  const powers: number[] = [];
  for (let side = 1; side <= largest; side *= 2) if (side >= least) powers.push(side);
  return powers;
}
