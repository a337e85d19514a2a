export {
  type ErrorCode,
  GanevalError,
  ImagesError,
  NetworkError,
  StorageError,
  UsageError,
} from './core/errors.js';
export { type Baseline, baselineSchema } from './documents/baseline.js';

/** ganeval as a library: what the commands do, as functions. */

export { type AblateInput, ablate, planAblation } from './ablate/ablate.js';
export { type AblateOptions, listAblationMetricIds } from './ablate/options.js';
export { compare, compareResults, type NamedResult } from './compare/compare.js';
export type { ProgressEvent, RunHooks } from './core/run-hooks.js';
export { type DatasetSummary, listDatasets } from './datasets/catalogue.js';
export type { DatasetName, SplitName } from './datasets/dataset.js';
export {
  type PulledDataset,
  type PullOptions,
  type PullProgress,
  pullDataset,
} from './datasets/pull-dataset.js';
export { type LabeledPictures, readCifar10, readMnist } from './datasets/read-dataset.js';
export { type MergeInput, mergeParts } from './distribute/merge.js';
export { type PartInput, type PartTarget, scorePart } from './distribute/part.js';
export { type Ablation, ablationSchema, parseAblation } from './documents/ablation.js';
export { type Comparison, comparisonSchema, parseComparison } from './documents/comparison.js';
export type { Illustrations } from './documents/illustrations.js';
export { type EvaluationResult, evaluationResultSchema, parseResult } from './documents/result.js';
export type { ScorePlan } from './evaluate/estimate.js';
export type { PictureInput, ScoreInput } from './evaluate/input.js';
export { resolveOptions, type ScoreOptions } from './evaluate/options.js';
export { planScore } from './evaluate/plan-score.js';
export { score } from './evaluate/score.js';
export {
  type StatisticsInput,
  type WrittenStatistics,
  writeStatistics,
} from './evaluate/write-statistics.js';
export {
  type CacheInfo,
  cacheInfo,
  type PruneOptions,
  type PruneSummary,
  pruneCache,
} from './features/cache.js';
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
export { type IllustratedResult, scoreIllustrated } from './illustrate/score-illustrated.js';
export type { ImageEntry, ImageSource, Inspection } from './images/image-source.js';
export { Inspections } from './images/inspections.js';
export { imagesInMemory } from './images/memory.js';
export { openImages } from './images/open.js';
export type { BadPicture, Picture, PictureOutcome } from './images/picture.js';
export type { Metric, MetricInput, MetricSettings, Need, SettingName } from './metrics/metric.js';
export type {
  ClassValue,
  Interval,
  MetricOutcome,
  MetricValue,
  NotComputed,
  ResolutionValue,
} from './metrics/metric-value.js';
export { listMetrics, registerMetric } from './metrics/registry.js';
export type { Rows } from './metrics/rows.js';
export type { FeatureStatistics, PairScore, ResolutionLogits, Subject } from './metrics/subject.js';
export { type CatalogueEntry, readCatalogue } from './networks/catalogue.js';
export {
  type PulledNetwork,
  type PullNetworkOptions,
  pullNetwork,
} from './networks/download/pull-network.js';
export { type ImportOptions, importWeights } from './networks/import/import-weights.js';
export { type KnownNetwork, listKnownNetworks, listNetworks } from './networks/known-networks.js';
export { type Network, openNetwork } from './networks/network.js';
export { modelsFolder, removeStored, type StoredNetwork } from './networks/store/store.js';
export { type Verdict, verifyNetworks } from './networks/verify-networks.js';
export { type DeviceReport, describeDevices } from './onnx/devices.js';
export {
  estimateParzen,
  type LogLikelihood,
  type ParzenOptions,
  type ParzenResult,
} from './parzen/estimate.js';
