import { type ComparedRows, findCopies } from '../../copies/find-copies.js';
import { ImagesError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import { versionsOfMakers } from '../../core/versions.js';
import { type EvaluationResult, type ImageSet, RESULT_SCHEMA } from '../../documents/result.js';
import type { Subject } from '../../metrics/subject.js';
import { reachVerdict } from '../../verdict/reach-verdict.js';
import { describeSettings, describeStatistics, referenceSubject } from '../describe-result.js';
import type { ScoreInput } from '../input.js';
import { chooseMetricsOfFeatures, refuseUnreadValidation } from '../metric-requests.js';
import { type ResolvedOptions, resolveOptions } from '../options.js';
import { roundNumbers } from '../round-numbers.js';
import { runMetrics } from '../run-metrics.js';
import {
  holdsStatistics,
  isPickle,
  type NamedStatistics,
  readStatistics,
} from '../statistics/statistics-file.js';
import { mergeWarnings } from '../warnings/merge-warnings.js';
import {
  describeFeatures,
  type FeatureSet,
  keptOf,
  refusePictureOptions,
  subjectOf,
  withFeatureSet,
} from './feature-set.js';

type Reference = FeatureSet | NamedStatistics | undefined;

/**
 * Scores files of features: every metric that reads features alone. No network runs, and nothing is cached.
 *
 * @throws {UsageError} for options that go with pictures, and metrics on a network
 * @throws {ImagesError} for files that hold no features, or of another width than the reference
 */
export async function scoreFeatures(input: ScoreInput, hooks: RunHooks): Promise<EvaluationResult> {
  const startedAt = new Date();
  const { samples, reference, validation, ...rest } = input;
  const options = resolveOptions(rest);
  refusePictureOptions(options);
  if (validation !== undefined) refuseUnreadValidation(options);
  return withFeatureSet({ role: 'samples', input: samples, array: options.array }, hooks, (set) =>
    withReference(reference, options.referenceArray, hooks, (real) =>
      withReference(validation, options.referenceArray, hooks, (heldOut) => {
        refuseOtherWidth(set, real, 'reference');
        refuseOtherWidth(set, heldOut, 'validation set');
        return compute({ options, samples: set, reference: real, validation: heldOut, startedAt }, hooks);
      }),
    ),
  );
}

async function withReference<T>(
  input: ScoreInput['reference'],
  array: string | undefined,
  hooks: RunHooks,
  use: (reference: Reference) => Promise<T>,
): Promise<T> {
  if (input === undefined) return use(undefined);
  if (
    array === undefined &&
    typeof input === 'string' &&
    (isPickle(input) || (await holdsStatistics(input)))
  ) {
    return use({ ...(await readStatistics(input)), name: input });
  }
  return withFeatureSet({ role: 'reference', input, array }, hooks, use);
}

const isStatistics = (reference: Reference): reference is NamedStatistics =>
  reference !== undefined && 'statistics' in reference;

function refuseOtherWidth(
  samples: FeatureSet,
  reference: Reference,
  called: 'reference' | 'validation set',
): void {
  if (!reference) return;
  const width = isStatistics(reference) ? reference.statistics.mu.length : reference.file.width;
  if (width === samples.file.width) return;
  throw new ImagesError(
    `The samples ${samples.name} have ${samples.file.width} features a row and the ${called} ${reference.name} has ${width}: give features of one and the same network.`,
  );
}

function subjectOfReference(reference: Reference): Subject | undefined {
  if (!reference || !isStatistics(reference)) return reference && subjectOf(reference);
  return referenceSubject({ referenceStatistics: reference }, undefined);
}

function describeReference(reference: NonNullable<Reference>): ImageSet | undefined {
  return isStatistics(reference)
    ? describeStatistics({ referenceStatistics: reference })
    : describeFeatures(reference);
}

interface FeatureScore {
  readonly options: ResolvedOptions;
  readonly samples: FeatureSet;
  readonly reference: Reference;
  readonly validation: Reference;
  readonly startedAt: Date;
}

async function compute(
  { options, samples, reference, validation, startedAt }: FeatureScore,
  hooks: RunHooks,
): Promise<EvaluationResult> {
  const asked = chooseMetricsOfFeatures(options, validation !== undefined);
  const plan = { options, metrics: asked.map(({ id }) => id), resolutions: [] };
  const real = reference && !isStatistics(reference) ? reference : undefined;
  const statistics = { referenceStatistics: isStatistics(reference) ? reference : undefined };
  const { entries, warnings, neighborhoods } = await runMetrics(
    {
      ids: plan.metrics,
      samples: { plan: { set: samples, passes: [] }, subject: subjectOf(samples) },
      reference: referenceSubject(statistics, real && subjectOf(real)),
      validation: subjectOfReference(validation),
      options,
    },
    hooks,
  );
  const nearest = (await neighborhoods?.catch(() => undefined))?.nearest;
  const copies = findCopies({ samples: rowsOf(samples), reference: real && rowsOf(real), nearest });
  const described = real ? describeFeatures(real) : describeStatistics(statistics);
  const content = {
    samples: describeFeatures(samples),
    ...(described && { reference: described }),
    ...(validation && { validation: describeReference(validation) }),
    settings: describeSettings(plan),
    metrics: entries,
    findings: roundNumbers(copies),
  };
  return {
    schema: RESULT_SCHEMA,
    ...content,
    verdict: roundNumbers(reachVerdict(content)),
    comparableWith: `Comparable with numbers from features of the same network alone (${samples.file.width} a picture), which the file does not name.`,
    warnings: [...listOriginWarnings(statistics), ...mergeWarnings(warnings)],
    createdWith: await versionsOfMakers(),
    run: {
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      device: null,
      threads: options.threads ?? null,
      picturesExtracted: 0,
      picturesFromCache: 0,
    },
  };
}

/** A file of ours says which network made it; a file of features doesn't. */
function listOriginWarnings({
  referenceStatistics: file,
}: {
  readonly referenceStatistics?: NamedStatistics;
}): string[] {
  if (file?.network === undefined) return [];
  return [
    `The statistics file ${file.name} says with which network it was made, and the features of the samples do not: check that it was the same.`,
  ];
}

function rowsOf({ file, inspections }: FeatureSet): ComparedRows {
  return { inspections, kept: keptOf(file), idOf: (row) => `row ${row}` };
}
