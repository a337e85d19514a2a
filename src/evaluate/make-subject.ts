import type { Extraction } from '../features/extract.js';
import type { FeatureTable } from '../features/feature-table.js';
import type { OutputName } from '../features/shard-builder.js';
import type { ResolutionLogits, Subject } from '../metrics/subject.js';
import { largestSide } from './picture-set.js';
import type { Pass, SetPlan } from './plan.js';

/** What the passes of a set gave. */
export interface ExtractedSet {
  readonly plan: SetPlan;
  /** Index in the source of every row: bad pictures that were left out have none. */
  readonly kept: Int32Array;
  readonly extractions: ReadonlyMap<Pass, Extraction>;
}

/** A set at one resolution as the metrics see it. */
export function makeSubject(extracted: ExtractedSet, resolution: Pass['resolution']): Subject {
  const { plan, kept, extractions } = extracted;
  const { set, classifier } = plan;
  const table = (name: OutputName, matches: (pass: Pass) => boolean): FeatureTable | undefined => {
    const pass = plan.passes.find((each) => each.resolution === resolution && matches(each));
    return pass && extractions.get(pass)?.tables[name];
  };
  const isModel = (pass: Pass) => pass.network.identity === plan.model.identity;
  const classLogits = table('logits', (pass) => pass.network.identity === classifier?.identity);
  return {
    count: kept.length,
    labels: labelsOf(plan, kept),
    classNames: set.source.classNames,
    features: table('features', isModel),
    logits: table('scores', isModel) ?? table('logits', isModel),
    classLogits,
    classColumns: plan.classColumns,
    classRange: plan.classifier?.classRange,
    resolutionLogits:
      classLogits && resolution === 'full' ? listResolutionLogits(extracted, classLogits) : undefined,
  };
}

/** Class index of every row; undefined for a set without labels. */
export function labelsOf({ set }: SetPlan, kept: Int32Array): Int32Array | undefined {
  if (!set.source.classNames) return undefined;
  return kept.map((index) => set.source.entries[index].label as number);
}

/** Class scores at each resolution; one at or above the pictures' own size is the identity. */
function listResolutionLogits(
  { plan, extractions }: ExtractedSet,
  atFullSize: FeatureTable,
): ResolutionLogits[] {
  const inputSize = plan.classifier?.card.input.size ?? 0;
  const side = largestSide(plan.set.inspections);
  return plan.resolutions.map((resolution) => {
    const pass = plan.passes.find(
      (candidate) =>
        candidate.network.identity === plan.classifier?.identity && candidate.resolution === resolution,
    );
    const logits = (pass && extractions.get(pass)?.tables.logits) ?? atFullSize;
    return { resolution, logits, informative: resolution <= inputSize && resolution <= side };
  });
}
