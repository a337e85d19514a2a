import type { RunHooks } from '../core/run-hooks.js';
import { timePart } from '../core/run-profile.js';
import type { AblationCurve, AblationPoint } from '../documents/ablation.js';
import type { ComputedMetric, MetricEntry } from '../documents/result.js';
import type { SetPlan } from '../evaluate/plan.js';
import { type MetricRun, runMetrics } from '../evaluate/run-metrics.js';
import { mergeWarnings } from '../evaluate/warnings/merge-warnings.js';
import { predictColumns } from '../metrics/classifier/predict-columns.js';
import { networkOfId } from '../metrics/facts.js';
import type { Subject } from '../metrics/subject.js';
import type { Network } from '../networks/network.js';
import { listAblationMetricIds, type ResolvedAblateOptions } from './options.js';
import { computeLoss, computeShareBetter, type GuessedSet } from './steps.js';

/** One set of pictures as the metrics see it at each of its resolutions, the largest of which is its full size or above. */
export interface ReducedSet {
  readonly plan: SetPlan;
  readonly fullSize: number;
  /** Ascending. */
  readonly resolutions: readonly number[];
  readonly at: (resolution: number) => Subject;
}

type ComputedCurve = Extract<AblationCurve, { status: 'ok' }>;

const REFERENCE_FID =
  'The reduced reference against itself at full size: what the reduction alone does to FID. Its pictures are the same, so that it has no standard error.';
const SAMPLES_FID =
  'Only the samples are reduced, and enlarged back; they are compared with the reference as it is.';

/** Computes the metrics at each resolution and joins them to curves. */
export async function computeCurves(
  set: ReducedSet,
  reference: Subject | undefined,
  options: ResolvedAblateOptions,
  hooks: RunHooks,
): Promise<{ curves: AblationCurve[]; warnings: string[] }> {
  const runs = new Map<number, MetricRun>();
  for (const resolution of set.resolutions) {
    const side = Math.min(resolution, set.fullSize);
    if (runs.has(side)) continue;
    const context = { plan: set.plan, subject: set.at(side) };
    const run = { ids: options.metrics, samples: context, reference, options };
    runs.set(side, await timePart('metric', () => runMetrics(run, hooks)));
  }
  const curves = listAblationMetricIds()
    .filter((id) => options.metrics.includes(id))
    .map((id) => {
      const entries = set.resolutions.map((resolution) => {
        const { entries } = runs.get(Math.min(resolution, set.fullSize)) as MetricRun;
        return entries.find((entry) => entry.id === id) as MetricEntry;
      });
      return joinEntries(id, set, entries);
    });
  // FID of the reference with itself is there to be looked at; what it warns of concerns the samples, which warn too.
  const silent = set.plan.set.role === 'reference' ? curves.find(({ id }) => id === 'fid')?.title : undefined;
  const warnings = [...runs.values()].flatMap((run) => run.warnings).filter(({ title }) => title !== silent);
  return { curves, warnings: [...new Set(mergeWarnings(warnings))] };
}

function joinEntries(
  id: AblationCurve['id'],
  set: ReducedSet,
  entries: readonly MetricEntry[],
): AblationCurve {
  const { title, unit, direction } = entries[0];
  const head = { id, title, unit, direction };
  const absent = entries.filter((entry) => entry.status === 'not-computed');
  const told = absent.find(({ fault }) => fault !== undefined) ?? absent[0];
  if (told) {
    const { reason, fault } = told;
    return { ...head, status: 'not-computed', reason, ...(fault && { fault }) };
  }
  const computed = entries as readonly ComputedMetric[];
  const full = computed[computed.length - 1];
  const network = (networkOfId(id) === 'classifier' ? set.plan.classifier : set.plan.model) as Network;
  const inputSize = network.card.input.size;
  const withItself = id === 'fid' && set.plan.set.role === 'reference';
  const points = computed.map(({ value, std, se, interval }, index): AblationPoint => {
    const resolution = set.resolutions[index];
    const informative = resolution <= inputSize && resolution <= set.fullSize;
    return {
      resolution,
      informative,
      value,
      ...(std !== undefined && { std }),
      ...(se !== undefined && { se }),
      ...(interval && { interval }),
    };
  });
  return {
    ...head,
    status: 'ok',
    n: full.n,
    extractor: full.extractor as NonNullable<ComputedMetric['extractor']>,
    inputSize,
    ...(full.uncertainty !== undefined && !withItself && { uncertainty: full.uncertainty }),
    ...(id === 'fid' && { note: withItself ? REFERENCE_FID : SAMPLES_FID }),
    points: withItself ? withoutErrors(points, set.fullSize) : points,
    ...(full.perClass && { perClass: joinClasses(set.resolutions, computed) }),
  };
}

/** FID of a set with itself is 0 by definition, and its rows are no independent draw. */
function withoutErrors(points: readonly AblationPoint[], fullSize: number): AblationPoint[] {
  return points.map(({ resolution, informative, value }) => ({
    resolution,
    informative,
    value: resolution >= fullSize ? 0 : value,
  }));
}

function joinClasses(
  resolutions: readonly number[],
  entries: readonly ComputedMetric[],
): ComputedCurve['perClass'] {
  return (entries[0].perClass ?? [])
    .filter(({ value }) => value !== null)
    .map(({ class: name, n }) => ({
      class: name,
      n,
      points: entries.flatMap(({ perClass = [] }, index) => {
        const { value, interval } = perClass.find((one) => one.class === name) ?? {};
        return value != null && interval ? [{ resolution: resolutions[index], value, interval }] : [];
      }),
    }));
}

/** What the classifier takes each picture for, at each resolution up to the pictures' own; undefined without a classifier. */
export async function guessClasses(set: ReducedSet, hooks: RunHooks): Promise<GuessedSet | undefined> {
  const { labels, classColumns, classRange, classNames } = set.at(set.fullSize);
  const inputSize = set.plan.classifier?.card.input.size ?? 0;
  if (!labels || !classColumns || !classNames) return undefined;
  const at: GuessedSet['at'][number][] = [];
  for (const resolution of set.resolutions.filter((each) => each <= set.fullSize)) {
    const { classLogits } = set.at(resolution);
    if (!classLogits) return undefined;
    const columns = await predictColumns(classLogits, classRange ?? [0, classLogits.width - 1], {
      signal: hooks.signal,
    });
    const guesses = columns.map((column) => classColumns.indexOf(column));
    at.push({ resolution, informative: resolution <= inputSize, guesses });
  }
  return { labels, numClasses: classNames.length, at };
}

/** The accuracy curve with what a resolution loses against the full size. */
export function addLosses(curve: AblationCurve, set: GuessedSet, level: number): AblationCurve {
  if (curve.status !== 'ok') return curve;
  const full = set.at[set.at.length - 1];
  return {
    ...curve,
    points: curve.points.map((point) => {
      const reduced = set.at.find(({ resolution }) => resolution === point.resolution);
      if (!reduced || reduced === full) return point;
      return {
        ...point,
        loss: computeLoss(set.labels, full, reduced, level),
        classesBetterAtFull: computeShareBetter(set, full, reduced),
      };
    }),
  };
}
