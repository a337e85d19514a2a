import { checkOutcome } from './check-outcome.js';
import type { Metric, MetricInput, Need } from './metric.js';
import type { InvalidResult, MetricOutcome } from './metric-value.js';

/** Where the input of a metric came from, as a reason names it. */
export interface InputOrigin {
  /** The set that is measured. */
  readonly set: 'samples' | 'reference' | 'validation';
  /** Absent where the features come from a file, without pictures and a network. */
  readonly modelName?: string;
  /** Whether the user chose the model by its name. */
  readonly modelIsNamed?: boolean;
  /** What to say in place of a metric that needs features, or class scores of the model, where its file may have them. */
  readonly noFeatures?: string;
  readonly noLogits?: string;
  /** Why there is no network for the classes, as a sentence. */
  readonly noClassifier?: string;
}

type Given = Pick<MetricInput, 'samples' | 'reference'>;

const IS_THERE: Readonly<Record<Need, (given: Given) => boolean>> = {
  labels: ({ samples }) => samples.labels !== undefined,
  classLogits: ({ samples }) => samples.classLogits !== undefined && samples.classColumns !== undefined,
  reference: ({ reference }) => reference?.features !== undefined || reference?.statistics !== undefined,
  referenceFeatures: ({ reference }) => reference?.features !== undefined,
  features: ({ samples }) => samples.features !== undefined,
  logits: ({ samples }) => samples.logits !== undefined,
  pairScores: ({ samples }) => samples.pairScores !== undefined,
  lpipsScores: ({ samples }) => samples.lpipsScores !== undefined,
  pathLengths: ({ samples }) => samples.pathLengths !== undefined,
};

/** All needs, in the order in which a missing one is named. */
const ORDER = Object.keys(IS_THERE) as Need[];

/** The first need that is not there; undefined where nothing is missing. */
export function findMissingNeed(needs: readonly Need[], given: Given): Need | undefined {
  return ORDER.find((need) => needs.includes(need) && !IS_THERE[need](given));
}

/** Whether an input has everything that some needs name. */
export function hasNeeds<Needs extends Need>(
  needs: readonly Needs[],
  input: MetricInput,
): input is MetricInput & MetricInput<Needs> {
  return findMissingNeed(needs, input) === undefined;
}

/**
 * Computes a metric, or says why it can't be computed.
 *
 * @param metric the metric
 * @param input what there is
 * @param origin where it came from, for the reason
 * @returns the value, or a reason
 */
export async function computeMetric<Needs extends Need>(
  metric: Metric<Needs>,
  input: MetricInput,
  origin: InputOrigin,
): Promise<MetricOutcome | InvalidResult> {
  const missing = findMissingNeed(metric.needs, input);
  if (missing) return { reason: explainMissing(missing, metric, input, origin) };
  const mismatch = comparesFeatures(metric) ? describeWidthMismatch(input, origin) : undefined;
  if (mismatch !== undefined) return { reason: mismatch };
  if (!hasNeeds(metric.needs, input)) throw new Error(`${metric.id} was computed without what it needs`);
  return checkOutcome(metric, await metric.compute(input));
}

function comparesFeatures({ needs }: { readonly needs: readonly Need[] }): boolean {
  return needs.includes('features') && (needs.includes('reference') || needs.includes('referenceFeatures'));
}

/** Why something that a metric needs is not there, as a sentence. */
function explainMissing(
  need: Need,
  { title, shortTitle = title }: Pick<Metric, 'title' | 'shortTitle'>,
  { samples, reference }: Given,
  { set, modelName, noClassifier, ...origin }: InputOrigin,
): string {
  if (modelName === undefined) return explainWithoutPictures(need, shortTitle, reference, set);
  const noFeatures =
    origin.noFeatures ?? `The network ${modelName} gives no features: choose another --model.`;
  const noReference = 'There is no reference: pass --reference with real pictures or a statistics file.';
  switch (need) {
    case 'labels':
      return `The ${set} have no labels: put the pictures into one folder per class, or pass --labels.`;
    case 'classLogits':
      return (
        samples.unusable?.classifier ?? noClassifier ?? 'No network knows the classes: pass --classifier.'
      );
    case 'features':
      return samples.unusable?.model ?? noFeatures;
    case 'logits':
      return (
        samples.unusable?.model ??
        origin.noLogits ??
        `The network ${modelName} gives no logits: choose another --model.`
      );
    case 'pathLengths':
      return `${shortTitle} needs a generator, which makes pictures a step away: give an .onnx file or a run of ganeval train in place of the ${set}.`;
    case 'pairScores':
    case 'lpipsScores':
      return 'No pairs of pictures were scored.';
    case 'reference':
      return reference ? (reference.unusable?.model ?? noFeatures) : noReference;
    case 'referenceFeatures':
      if (!reference) return noReference;
      if (reference.unusable?.model !== undefined) return reference.unusable.model;
      return reference.statistics
        ? `${shortTitle} compares picture with picture, and a statistics file holds none: give real pictures with --reference.`
        : noFeatures;
  }
}

/** The same where features are all that there is. */
function explainWithoutPictures(
  need: Need,
  shortTitle: string,
  reference: Given['reference'],
  set: InputOrigin['set'],
): string {
  if (need === 'reference' || need === 'referenceFeatures') {
    return reference
      ? `${shortTitle} compares picture with picture, and a statistics file holds none: give features of real pictures with --reference.`
      : 'There is no reference: pass --reference with features of real pictures, or a statistics file.';
  }
  const lacking = need === 'logits' ? 'class scores' : need === 'labels' ? 'classes' : 'pictures';
  return `The ${set} are features alone, without ${lacking}: score the pictures, without --features.`;
}

/** As many has the network of published FIDs; the embedded ones have fewer. */
const INCEPTION_V3_FEATURES = 2048;

/** Features of different networks, as a sentence; undefined where both sets have equally many a picture, or one has none. */
function describeWidthMismatch(
  { samples: { features }, reference }: Given,
  { modelIsNamed = false }: InputOrigin,
): string | undefined {
  const width = reference?.features?.width ?? reference?.statistics?.mu.length;
  if (!features || width === undefined || width === features.width) return undefined;
  const remedy =
    width === INCEPTION_V3_FEATURES
      ? `they are those of the Inception v3 of 2015, it seems: fetch it with "ganeval models pull inception-v3", and run this command again${modelIsNamed ? ' with --model inception-v3' : ''}`
      : 'use a reference made with the same network';
  return `The reference has ${width} features a picture and the samples have ${features.width}: ${remedy}.`;
}
