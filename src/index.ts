/**
 * ganeval as a library: what the commands do, as functions. Each takes one object (what it works on, and options) and, where it may run long,
 * `RunHooks`. The trainers are in `ganeval/train`, the tfjs backend in `ganeval/tfjs-backend`.
 *
 * @packageDocumentation
 */

// Lets what takes pictures take runs of the trainers; tfjs loads with the first one.
import './train/register-runs.js';

// Scores of generated pictures.

export type { ScorePlan } from './evaluate/estimate.js';
export type { PictureInput, ScoreInput } from './evaluate/input.js';
export { resolveOptions, type ScoreOptions } from './evaluate/options.js';
export { planScore } from './evaluate/plan-score.js';
export { score } from './evaluate/score.js';
export {
  type StatisticsInput,
  type WrittenStatistics,
  writeStatistics,
} from './evaluate/statistics/write-statistics.js';
export { type IllustratedResult, scoreIllustrated } from './illustrate/score-illustrated.js';

// One score by several machines.

export { type MergeInput, mergeParts } from './distribute/merge.js';
export { type PartInput, type PartTarget, scorePart } from './distribute/part.js';

// Which resolutions carry class information.

export {
  type AblateInput,
  ablate,
  ablateIllustrated,
  type IllustratedAblation,
  planAblation,
} from './ablate/ablate.js';
export { type AblateOptions, listAblationMetricIds } from './ablate/options.js';

// Results compared with each other, and with a baseline.

export { compare, compareResults, type NamedResult } from './compare/compare.js';
export type { BaselineChange } from './gate/baseline-changes.js';
export {
  type BaselineInput,
  type BaselineUpdate,
  type GateInput,
  type GateOutcome,
  type GateSubject,
  gate,
  type PowerInput,
  planGatePower,
  updateBaseline,
} from './gate/gate.js';
export { gateIllustrated, type IllustratedVerdict } from './gate/gate-illustrated.js';
export { illustrateComparison } from './illustrate/illustrate-comparison.js';

// Since which set a training got worse.

export { createMonitor, type Monitor, type MonitorSettings } from './watch/changes/monitor.js';

// The log-likelihood of the 2014 paper.

export { type Ablation, ablationSchema, parseAblation } from './documents/ablation.js';
export { type Baseline, baselineSchema } from './documents/baseline.js';
export { type Comparison, comparisonSchema, parseComparison } from './documents/comparison.js';
export type {
  AblationIllustrations,
  ComparisonIllustrations,
  GateIllustrations,
  Illustrations,
} from './documents/illustrations.js';
export { type EvaluationResult, evaluationResultSchema, parseResult } from './documents/result.js';
// Documents: their schemas, parsers and types.
export { parseWatchLine, type WatchEvent, type WatchLine, watchLineSchema } from './documents/watch.js';
export {
  estimateParzen,
  type LogLikelihood,
  type ParzenOptions,
  type ParzenResult,
} from './parzen/estimate.js';

// Pictures: where they come from, and sources of your own.

export type { ImageEntry, ImageSource } from './images/image-source.js';
export { inspectOnce } from './images/inspect-once.js';
export { type Inspection, Inspections } from './images/inspections.js';
export { imagesInMemory, type PictureInMemory, type PicturesInMemory } from './images/memory.js';
export { type OpenImagesOptions, openImages } from './images/open.js';
export type { BadPicture, Picture, PictureOutcome, ValueMeaning, ValueRange } from './images/picture.js';
export type { PictureReading } from './images/picture-reading.js';

// Metrics, and metrics of your own.

export type { Metric, MetricInput, MetricSettings, Need, SettingName } from './metrics/metric.js';
export type {
  ClassValue,
  ConfusedPair,
  Confusion,
  Interval,
  MetricOutcome,
  MetricValue,
  NotComputed,
  ResolutionValue,
  ValueOfReal,
} from './metrics/metric-value.js';
export { listMetrics, registerMetric } from './metrics/registry.js';
export type { Rows } from './metrics/rows.js';
export type {
  FeatureStatistics,
  PairScore,
  ResolutionLogits,
  Subject,
  UnusableOutput,
} from './metrics/subject.js';

// Networks and devices.

export { type DeviceReport, describeDevices } from './devices/self-test/describe-devices.js';
export { type CatalogueEntry, readCatalogue } from './networks/catalogue.js';
export {
  type PulledNetwork,
  type PullNetworkOptions,
  pullNetwork,
} from './networks/download/pull-network.js';
export { type ImportOptions, importWeights } from './networks/import/import-weights.js';
export { type KnownNetwork, listKnownNetworks, listNetworks } from './networks/known-networks.js';
export { type Network, openNetwork } from './networks/network.js';
export type { NetworkOptions } from './networks/network-options.js';
export { modelsFolder, removeStored, type StoredNetwork } from './networks/store/store.js';
export { type Verdict, verifyNetworks } from './networks/verify-networks.js';

// Data sets of real pictures.

export { type DatasetSummary, listDatasets } from './datasets/catalogue.js';
export type { DatasetName, SplitName } from './datasets/dataset.js';
export {
  type PulledDataset,
  type PullOptions,
  type PullProgress,
  pullDataset,
} from './datasets/pull-dataset.js';
export { type LabeledPictures, readCifar10, readMnist } from './datasets/read-dataset.js';

// The cache of features.

export {
  type CacheInfo,
  cacheInfo,
  type PruneOptions,
  type PruneSummary,
  pruneCache,
} from './features/cache.js';

// How a run reports what it does, and how it fails.

export {
  type ErrorCode,
  GanevalError,
  ImagesError,
  NetworkError,
  StorageError,
  UsageError,
} from './core/errors.js';
export type { MetricFault, ProgressEvent, RunHooks } from './core/run-hooks.js';
export { profileRun, type RunPart, type RunProfile, type RunShare } from './core/run-profile.js';
