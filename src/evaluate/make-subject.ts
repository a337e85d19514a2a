import type { Extraction } from '../features/extract.js';
import type { OutputName } from '../features/shard-builder.js';
import { pickRows } from '../metrics/frechet/distances-by-size.js';
import { orderByValues } from '../metrics/row-order.js';
import type { Rows } from '../metrics/rows.js';
import type { ResolutionLogits, Subject, UnusableOutput } from '../metrics/subject.js';
import type { Network } from '../networks/network.js';
import { logRows } from './outputs/log-rows.js';
import { largestSide } from './picture-set.js';
import type { Pass, SetPlan } from './plan.js';

/** What the passes of a set gave. */
export interface ExtractedSet {
  readonly plan: SetPlan;
  /** Index in the source of every row: bad pictures that were left out have none. */
  readonly kept: Int32Array;
  /** Index in the source of every row of the tables, which have rows of pictures too that are left out since. */
  readonly decoded: Int32Array;
  readonly extractions: ReadonlyMap<Pass, Extraction>;
  /** Why the tables of a network, as `--model` and as `--classifier`, are not used, as sentences. */
  readonly unusableOf: (model: Network) => UnusableOutput;
}

/** A set at one resolution as the metrics of a network of `--model` see it. */
export function makeSubject(
  extracted: ExtractedSet,
  resolution: Pass['resolution'],
  model: Network = extracted.plan.model,
): Subject {
  const { plan, kept } = extracted;
  const { set, classifier } = plan;
  const unusable = extracted.unusableOf(model);
  const passOf = (network: Network | undefined) =>
    plan.passes.find((pass) => pass.resolution === resolution && pass.network.identity === network?.identity);
  const modelPass = unusable.model === undefined ? passOf(model) : undefined;
  const classifierPass = unusable.classifier === undefined ? passOf(classifier) : undefined;
  const classLogits = readTable(extracted, classifierPass, 'logits');
  const labels = labelsOf(plan, kept);
  const orders = new Map<Rows, Promise<Int32Array>>();
  return {
    count: kept.length,
    orderRows: (table) => {
      const order = orders.get(table) ?? orderByValues(table, labels);
      orders.set(table, order);
      return order;
    },
    labels,
    classNames: set.source.classNames,
    features: readTable(extracted, modelPass, 'features'),
    logits: readLogits(extracted, modelPass),
    classLogits,
    classColumns: plan.classColumns,
    columnNames: plan.classifier?.classes ?? undefined,
    classRange: plan.classifier?.classRange,
    resolutionLogits:
      classLogits && resolution === 'full' ? listResolutionLogits(extracted, classLogits) : undefined,
    ...((unusable.model ?? unusable.classifier) !== undefined && { unusable }),
  };
}

/** A table of a pass without the rows of pictures that are left out. */
function readTable(
  { kept, decoded, extractions }: ExtractedSet,
  pass: Pass | undefined,
  name: OutputName,
): Rows | undefined {
  const table = pass && extractions.get(pass)?.tables[name];
  if (!table || kept.length === decoded.length) return table;
  const left = new Set(kept);
  const rows = Int32Array.from(decoded.keys()).filter((row) => left.has(decoded[row]));
  return pickRows(table, rows);
}

/** What the Inception Score takes the softmax of: other class scores where a network has them, else its logits. */
function readLogits(extracted: ExtractedSet, pass: Pass | undefined): Rows | undefined {
  const name = pass?.outputs.includes('scores') ? 'scores' : 'logits';
  const table = readTable(extracted, pass, name);
  const areProbabilities = pass && extracted.extractions.get(pass)?.probabilities.includes(name);
  return table && areProbabilities ? logRows(table) : table;
}

/** Class index of every row; undefined for a set without labels. */
export function labelsOf({ set }: SetPlan, kept: Int32Array): Int32Array | undefined {
  if (!set.source.classNames) return undefined;
  return kept.map((index) => set.source.entries[index].label as number);
}

/** Class scores at each resolution; one at or above the pictures' own size is the identity. */
function listResolutionLogits(extracted: ExtractedSet, atFullSize: Rows): ResolutionLogits[] {
  const { plan } = extracted;
  const inputSize = plan.classifier?.card.input.size ?? 0;
  const side = largestSide(plan.set.inspections);
  return plan.resolutions.map((resolution) => {
    const pass = plan.passes.find(
      (candidate) =>
        candidate.network.identity === plan.classifier?.identity && candidate.resolution === resolution,
    );
    const logits = readTable(extracted, pass, 'logits') ?? atFullSize;
    return { resolution, logits, informative: resolution <= inputSize && resolution <= side };
  });
}
