import { waitForIdleTime } from '../core/idle-time.js';
import { omitUndefined } from '../core/omit-undefined.js';
import type { RunHooks } from '../core/run-hooks.js';
import { profileSoFar, timePart } from '../core/run-profile.js';
import { versionsOfMakers } from '../core/versions.js';
import { type EvaluationResult, type MetricEntry, RESULT_SCHEMA } from '../documents/result.js';
import { fdr } from '../metrics/frechet/fdr.js';
import type { Subject } from '../metrics/subject.js';
import type { Network } from '../networks/network.js';
import { reachVerdict } from '../verdict/reach-verdict.js';
import { FidBeside, mayRunBeside } from './beside/fid-beside.js';
import {
  describeReference,
  describeScoreComparability,
  describeSettings,
  describeStatistics,
  describeValidation,
  referenceSubject,
} from './describe-result.js';
import { describePlacement } from './devices/describe-placement.js';
import { findSetCopies } from './find-set-copies.js';
import type { Run } from './open-run.js';
import { saveDrawnPictures } from './opening/generator-options.js';
import { meanOfRatios } from './outputs/mean-ratio.js';
import type { Plan, SetPlan } from './plan.js';
import { type PreparedSet, prepareSet } from './prepare-set.js';
import { DIVISOR_SIDES } from './published-divisor.js';
import type { LastingReference } from './reference/lasting-reference.js';
import { roundNumbers } from './round-numbers.js';
import { type MetricRun, runMetrics } from './run-metrics.js';
import { mergeWarnings } from './warnings/merge-warnings.js';
import { listPrecisionWarnings } from './warnings/precision-warnings.js';
import {
  listProbabilityWarnings,
  listSkippedWarnings,
  listSourceWarnings,
  listStatisticsWarnings,
} from './warnings/result-warnings.js';
import { listDivisorWarnings, listSizeWarnings } from './warnings/size-warnings.js';
import { listValueWarnings } from './warnings/value-warnings.js';

/** A result with the rows that it was computed from. */
export interface Evaluation {
  readonly result: EvaluationResult;
  readonly samples: PreparedSet;
  readonly reference?: PreparedSet;
}

/** Runs a plan: prepares its sets, computes the metrics and writes the result. */
export async function evaluatePlan(run: Run): Promise<Evaluation> {
  const beside = besideOf(run);
  try {
    return await evaluate(run, beside);
  } finally {
    await beside?.end();
  }
}

/** Where a reference is prepared already, what is computed in another thread as soon as the features of the samples are there. */
function besideOf({ plan, lasting }: Run): FidBeside | undefined {
  const known = plan.reference && !plan.referenceStatistics && lasting?.known(plan.reference);
  return known && mayRunBeside(plan.metrics, plan.options) ? new FidBeside(known, plan.options) : undefined;
}

async function evaluate(
  { plan, store, samplesStore = store, lasting, startedAt, hooks }: Run,
  beside: FidBeside | undefined,
): Promise<Evaluation> {
  const { options } = plan;
  const preparation = { options, store, hooks };
  await saveDrawnPictures(plan.samples.set.source, options, hooks.signal);
  const samples = await prepareSet(plan.samples, {
    ...preparation,
    store: samplesStore,
    onPassed: async (subject) => {
      await beside?.begin(subject);
      return beside?.besides(options) ?? options;
    },
  });
  const prepareReference = (of: SetPlan) =>
    lasting ? lasting.prepare(of, preparation) : prepareSet(of, preparation);
  const reference = plan.reference && (await prepareReference(plan.reference));
  const validation = plan.validation?.pictures && (await prepareSet(plan.validation.pictures, preparation));
  const runs = await timePart('metric', () =>
    runOnNetworks(plan, { samples, reference, validation, lasting, beside }, hooks),
  );
  await waitForIdleTime();
  const sets = [samples, reference, validation];
  const ofNetworks = runs.flatMap((run) => run.entries);
  const entries = [...ofNetworks, ...meanOfRatios(ofNetworks)];
  const neighborhoods = runs.map((run) => run.neighborhoods).find((each) => each !== undefined);
  const nearest = (await neighborhoods?.catch(() => undefined))?.nearest;
  const copies = await findSetCopies(samples, reference, nearest);
  const described = reference ? describeReference(plan, reference.description) : describeStatistics(plan);
  const content = {
    samples: samples.description,
    ...(described && { reference: described }),
    ...describeValidation(plan, validation?.description),
    settings: describeSettings(plan),
    metrics: entries,
    ...(copies && { findings: roundNumbers(copies) }),
    ...(samples.distances.length > 0 && { featureDistances: [...samples.distances] }),
  };
  const result: EvaluationResult = {
    schema: RESULT_SCHEMA,
    ...content,
    verdict: roundNumbers(reachVerdict(content)),
    comparableWith: describeScoreComparability(plan),
    warnings: [
      ...listPrecisionWarnings(options.precision, samples.distances),
      ...listSizeWarnings(plan.sets.map(({ set }) => set)),
      ...listFdrWarnings(plan, ofNetworks),
      ...listSourceWarnings(plan),
      ...listStatisticsWarnings(plan),
      ...listValueWarnings('samples', samples.description),
      ...(reference ? listValueWarnings('reference', reference.description) : []),
      ...(validation ? listValueWarnings('validation', validation.description) : []),
      ...listSkippedWarnings(sets),
      ...listProbabilityWarnings(sets),
      ...mergeWarnings(runs.flatMap(({ warnings }) => warnings)),
    ],
    createdWith: await versionsOfMakers(),
    run: {
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      ...describePlacement(samples.device ?? reference?.device),
      threads: options.threads ?? null,
      picturesExtracted: sumOf(sets, 'extracted'),
      picturesFromCache: sumOf(sets, 'fromCache'),
      ...omitUndefined({ profile: profileSoFar() }),
    },
  };
  return { result, samples, reference };
}

/** What keeps published divisors from holding for these pictures, where any was divided by. */
function listFdrWarnings({ options, sets }: Plan, entries: readonly MetricEntry[]): string[] {
  const isDivided = entries.some(({ id, status }) => id === fdr.id && status === 'ok');
  if (options.fdrDivisors === undefined || !isDivided) return [];
  return listDivisorWarnings(
    DIVISOR_SIDES[options.fdrDivisors],
    sets.map(({ set }) => set),
  );
}

const sumOf = (sets: readonly (PreparedSet | undefined)[], field: 'extracted' | 'fromCache') =>
  sets.reduce((sum, set) => sum + (set?.[field] ?? 0), 0);

interface PreparedSets {
  readonly samples: PreparedSet;
  readonly reference?: PreparedSet;
  readonly validation?: PreparedSet;
  readonly lasting?: LastingReference;
  readonly beside?: FidBeside;
}

/** The metrics of the model, and then those of each network beside it. */
async function runOnNetworks(
  plan: Plan,
  { samples, reference, validation, lasting, beside }: PreparedSets,
  hooks: RunHooks,
): Promise<MetricRun[]> {
  const keeping = (subject: Subject | undefined, network: Network) =>
    lasting ? lasting.keeping(subject, network) : subject;
  const { model } = plan;
  const options = beside?.besides(plan.options) ?? plan.options;
  const runs = [
    await runMetrics(
      {
        ids: plan.metrics,
        samples,
        reference: keeping(referenceSubject(plan, reference?.subject, model), model),
        validation: referenceSubject(plan.validation ?? {}, validation?.subject, model, '--validation'),
        referencePlan: plan.reference,
        options,
        begun: beside?.outcomes,
      },
      hooks,
    ),
  ];
  for (const { network, label, metrics } of plan.further) {
    const of = (set: SetPlan) => ({ ...set, model: network });
    const task = {
      ids: metrics,
      samples: { plan: of(plan.samples), subject: samples.subjectOf(network) },
      reference: keeping(referenceSubject(plan, reference?.subjectOf(network), network), network),
      validation: referenceSubject(
        plan.validation ?? {},
        validation?.subjectOf(network),
        network,
        '--validation',
      ),
      referencePlan: plan.reference && of(plan.reference),
      options,
      network: label,
    };
    runs.push(await runMetrics(task, hooks));
  }
  return runs;
}
