import { z } from 'zod';
import type { EvaluationResult } from '../documents/result.js';
import { metricNames } from './make-line.js';

export const BASIS_SCHEMA = 'ganeval/watch-basis@1';

const basisSchema = z.object({
  schema: z.literal(BASIS_SCHEMA),
  /** As they were asked for. */
  metrics: z.array(z.string()),
  /** Digest of the reference; null without one. */
  reference: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  /** SHA-256 of the network of each metric. */
  networks: z.record(z.string(), z.string()),
  /** Width and height of most pictures of the first set. */
  size: z.tuple([z.int(), z.int()]).optional(),
});

/** What all sets of a watch have in common: values on another basis could not be compared with theirs. */
export type Basis = z.infer<typeof basisSchema>;

/** What differs where another reference is compared with. */
export const THE_REFERENCE = 'the reference';

/** Settings that follow from a set, or stand on their own. */
const NOT_COMPARED = ['metrics', 'resolutions'];

/**
 * Reads a basis that was written before.
 *
 * @returns undefined for anything else
 */
export function parseBasis(text: string): Basis | undefined {
  try {
    return basisSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The basis of a score. */
export function basisOf(result: EvaluationResult, metrics: readonly string[]): Basis {
  const entries = result.metrics.flatMap((entry) =>
    entry.status === 'ok' && entry.subject === 'samples' && entry.extractor
      ? [[metricNames([entry])[0], entry.extractor.sha256]]
      : [],
  );
  const size = usualSize(result.samples);
  const settings = Object.entries(result.settings).filter(([key]) => !NOT_COMPARED.includes(key));
  return {
    schema: BASIS_SCHEMA,
    metrics: [...metrics].sort(),
    reference: result.reference?.digest ?? null,
    settings: Object.fromEntries(settings),
    networks: Object.fromEntries(entries),
    ...(size && { size }),
  };
}

/** Of sets of several sizes without a usual one, none. */
function usualSize({ sizes }: EvaluationResult['samples']): [number, number] | undefined {
  if (!sizes) return undefined;
  const { smallest, largest, usual } = sizes;
  return usual ?? (String(smallest) === String(largest) ? smallest : undefined);
}

/** What to say of a set whose pictures have another size than those of the first. */
export function describeOtherSize({ size: first }: Basis, { size }: Basis): string | undefined {
  if (!first || !size || String(first) === String(size)) return undefined;
  return `The pictures are ${size.join('×')} pixels, and those of the first set ${first.join('×')}: values differ by that alone, so compare sets of one size.`;
}

/** What differs, if something does: `run` for what was asked for, `set` for what follows from the pictures of a set. */
export type Difference = { readonly of: 'run' | 'set'; readonly what: string };

/** Whether values on two bases may stand in one curve. */
export function findDifference(first: Basis, other: Basis): Difference | undefined {
  if (JSON.stringify(first.metrics) !== JSON.stringify(other.metrics))
    return { of: 'run', what: '--metrics' };
  if (first.reference !== other.reference) return { of: 'run', what: THE_REFERENCE };
  const setting = Object.keys(first.settings).find(
    (key) =>
      key in other.settings && JSON.stringify(first.settings[key]) !== JSON.stringify(other.settings[key]),
  );
  if (setting !== undefined) return { of: 'run', what: `the setting ${setting}` };
  const metric = Object.keys(first.networks).find(
    (name) => name in other.networks && first.networks[name] !== other.networks[name],
  );
  return metric === undefined ? undefined : { of: 'set', what: `the network of ${metric}` };
}
