/** Training as a library; apart from the rest, since it loads tfjs. */

export type { Curve, CurvePoint, GridPicture, TrainingRecord } from '../documents/training.js';
export type { FamilyName } from './adversarial/families.js';
export { type DrawnSamples, type SampleOptions, sample } from './adversarial/sample.js';
export {
  type TrainAdversarialOptions as TrainGanOptions,
  type TrainedGan,
  type TrainingHooks,
  trainAdversarial as trainGan,
} from './adversarial/train-adversarial.js';
export {
  type TrainClassifierOptions,
  type TrainedClassifier,
  trainClassifier,
} from './classifier/train-classifier.js';
