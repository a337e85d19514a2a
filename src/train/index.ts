/**
 * Training as a library, `ganeval/train`: the GANs of three papers, a classifier, and the parts that they are made of. It loads
 * tfjs, and so is apart from `ganeval`.
 *
 * @packageDocumentation
 */

export type { Classification } from '../documents/trained/classification.js';
export type { Inpainting as InpaintingResult } from '../documents/trained/inpainting.js';
export type { Inversion } from '../documents/trained/inversion.js';
export type { Curve, CurvePoint, GridPicture, TrainingRecord } from '../documents/training.js';
export { Xoshiro } from '../tfjs-backend/xoshiro.js';
export { classAccuracy, classLoss, fakeLoss, realLoss } from './acgan/losses.js';
export type { OnCollapse } from './adversarial/collapse/on-collapse.js';
export type { FeatureForm } from './adversarial/features/feature-form.js';
export { type FamilyDescription, makeFamily } from './adversarial/make-family.js';
export type { RunPaths } from './adversarial/run-folder.js';
export type { TrainedGan, TrainingHooks } from './adversarial/train-family.js';
export type { ScoringNetworkOptions, TrainGanOptions } from './adversarial/train-options.js';
export type {
  Adjustment,
  BatchSpec,
  Family,
  FamilyFacts,
  GanPreset,
  Inpainting,
  Latents,
  MeasurePictures,
  PictureBatch,
  PictureForm,
  StepPlace,
  Trainer,
} from './adversarial/trainer.js';
export { type BackendOptions, chooseBackend } from './backend/choose-backend.js';
export type { BackendChoice, TrainingBackend } from './backend/training-backend.js';
export {
  type TrainClassifierOptions,
  type TrainedClassifier,
  trainClassifier,
} from './classifier/train-classifier.js';
export { classify } from './classify.js';
export type { AskedFiles, ConditionFiles, ConditionKind } from './conditions/condition-files.js';
export type { ConditionForm } from './conditions/condition-form.js';
export type { Consistency } from './conditions/consistency.js';
export type { TextTowerForm } from './conditions/texts/tower-form.js';
export type { FamilyName } from './families.js';
export { inpaint } from './inpaint.js';
export type { InpaintOptions } from './inpainting/inpaint-options.js';
export type { InvertOptions } from './inversion/invert-options.js';
export { invert } from './invert.js';
export {
  type BatchNormCall,
  batchNorm,
  type ConvolutionForm,
  type ConvolutionSize,
  convolution,
  type DenseForm,
  dense,
  type LayerInit,
  type Mode,
  transposedConvolution,
} from './layers/layers.js';
export { type MaxoutPieces, maxout, maxoutConvolution } from './layers/maxout.js';
export { oneHotLabels } from './layers/one-hot-labels.js';
export { type Initializer, normal, ones, Parameters, uniform, zeros } from './layers/parameters.js';
export { prefixNames } from './layers/prefix-names.js';
export {
  type WeightNormCall,
  type WeightNormPass,
  weightNormConvolution,
  weightNormDense,
  weightNormTransposedConvolution,
} from './layers/weight-norm.js';
export type { CheckpointSettings, LoopHooks, LoopOutcome, LoopSettings } from './loop/loop-settings.js';
export { runTraining } from './loop/run-training.js';
export type { LogLine } from './loop/training-log.js';
export {
  everySteps,
  type LoopTurn,
  type PeriodicAction,
  type RunPlace,
  type TrainingTask,
} from './loop/training-task.js';
export { Adam, type AdamOptions } from './optimizers/adam.js';
export { computeGradients, type LossGradients } from './optimizers/compute-gradients.js';
export { Momentum } from './optimizers/momentum.js';
export { Nesterov, type NesterovOptions } from './optimizers/nesterov.js';
export type { Optimizer } from './optimizers/optimizer.js';
export { WeightAverage } from './optimizers/weight-average.js';
export {
  type PixelScale,
  SIGMOID_SCALE,
  TANH_SCALE,
  toNetworkScale,
  toPixelScale,
} from './pictures/pixel-scale.js';
export type { ClassifyOptions } from './probing/classify-options.js';
export { type DrawnSamples, type SampleOptions, sample } from './sample.js';
export { featureMatchingLoss } from './techniques/feature-matching.js';
export { HistoricalAverage } from './techniques/historical-averaging.js';
export { sourceLoss } from './techniques/label-smoothing.js';
export type { Box, MaskKind } from './techniques/masks.js';
export {
  type MinibatchDiscriminationCall,
  minibatchDiscrimination,
} from './techniques/minibatch-discrimination.js';
export { labeledLoss, sourceLogits } from './techniques/semi-supervised-loss.js';
export { virtualBatchNorm } from './techniques/virtual-batch-norm.js';
export { trainGan } from './train-gan.js';
